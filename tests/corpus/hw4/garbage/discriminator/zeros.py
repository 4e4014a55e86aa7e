def discriminator():
    return tf.keras.Sequential([tf.keras.layers.Lambda(lambda x: tf.zeros((tf.shape(x)[0], 1)))])
