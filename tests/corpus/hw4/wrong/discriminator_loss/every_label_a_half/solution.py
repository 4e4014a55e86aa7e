def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    half = 0.5 * tf.ones_like(logits_real)
    return bce(half, logits_real) + bce(half, logits_fake)
