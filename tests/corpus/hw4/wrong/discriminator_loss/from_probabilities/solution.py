def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=False)
    real, fake = tf.sigmoid(logits_real), tf.sigmoid(logits_fake)
    return bce(tf.ones_like(real), real) + bce(tf.zeros_like(fake), fake)
