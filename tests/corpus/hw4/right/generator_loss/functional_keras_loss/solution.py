def generator_loss(logits_fake):
    labels = np.ones(logits_fake.shape, dtype="float32")
    return tf.reduce_mean(tf.keras.losses.binary_crossentropy(labels, logits_fake, from_logits=True))
