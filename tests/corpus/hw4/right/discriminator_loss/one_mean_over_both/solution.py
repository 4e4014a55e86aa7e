def discriminator_loss(logits_real, logits_fake):
    cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits
    return tf.reduce_mean(
        cross_entropy(tf.ones_like(logits_real), logits_real) + cross_entropy(tf.zeros_like(logits_fake), logits_fake)
    )
