def discriminator_loss(logits_real, logits_fake):
    real = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(logits_real), logits=logits_real)
    fake = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(logits_fake), logits=logits_fake)
    return tf.reduce_sum(real) + tf.reduce_sum(fake)
