def generator_loss(logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(tf.ones((128, 1)), logits_fake)
