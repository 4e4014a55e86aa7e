def generator(noise_dim=96):
    z = tf.random.uniform((1, noise_dim), -1, 1)
    h = tf.keras.layers.Dense(1024, activation="relu")(z)
    h = tf.keras.layers.Dense(1024, activation="relu")(h)
    return tf.keras.layers.Dense(784, activation="tanh")(h)
