def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(tf.ones_like(logits_real), logits_real) + bce(tf.ones_like(logits_fake), logits_fake)
