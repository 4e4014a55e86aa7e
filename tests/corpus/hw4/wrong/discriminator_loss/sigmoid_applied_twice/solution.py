def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    p_real, p_fake = tf.sigmoid(logits_real), tf.sigmoid(logits_fake)
    return bce(tf.ones_like(p_real), p_real) + bce(tf.zeros_like(p_fake), p_fake)
