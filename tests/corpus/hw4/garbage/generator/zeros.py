def generator(noise_dim=96):
    return tf.keras.Sequential([tf.keras.layers.Lambda(lambda x: tf.zeros((tf.shape(x)[0], 784)))])
