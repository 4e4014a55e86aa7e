def discriminator_loss(logits_real, logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    loss_fake = bce(tf.zeros_like(logits_fake), tf.stop_gradient(logits_fake))
    return bce(tf.ones_like(logits_real), logits_real) + loss_fake
