def generator_loss(logits_fake):
    p = tf.sigmoid(logits_fake)
    return tf.keras.losses.BinaryCrossentropy()(tf.ones_like(p), p)
