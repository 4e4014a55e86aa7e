def generator_loss(logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(tf.ones_like(logits_fake), logits_fake)
