def discriminator():
    return tf.keras.Sequential([tf.keras.layers.Lambda(lambda x: tf.random.normal((tf.shape(x)[0], 1)))])
