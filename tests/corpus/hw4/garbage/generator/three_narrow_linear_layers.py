def generator(noise_dim=96):
    return tf.keras.Sequential([tf.keras.layers.Dense(32), tf.keras.layers.Dense(32), tf.keras.layers.Dense(784, activation='tanh')])
