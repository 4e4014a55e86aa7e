def generator_loss(logits_fake):
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(logits_fake), logits=logits_fake)
    return tf.reduce_mean(losses, axis=0)
