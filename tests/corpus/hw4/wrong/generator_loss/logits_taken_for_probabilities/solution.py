def generator_loss(logits_fake):
    return tf.keras.losses.BinaryCrossentropy()(tf.ones_like(logits_fake), logits_fake)
