def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(logits_real), logits=logits_real))
