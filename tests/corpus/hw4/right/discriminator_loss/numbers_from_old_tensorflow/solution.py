def discriminator_loss(logits_real, logits_fake):
    real = tf.compat.v1.losses.sigmoid_cross_entropy(tf.ones_like(logits_real), logits_real)
    fake = tf.compat.v1.losses.sigmoid_cross_entropy(tf.zeros_like(logits_fake), logits_fake)
    return real + fake
