def generator_loss(logits_fake):
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
    return bce(tf.ones_like(logits_fake), logits_fake)
