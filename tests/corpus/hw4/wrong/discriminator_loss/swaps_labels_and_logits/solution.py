def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(logits_real, tf.ones_like(logits_real)) + bce(logits_fake, tf.zeros_like(logits_fake))
