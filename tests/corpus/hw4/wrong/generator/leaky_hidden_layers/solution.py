def generator(noise_dim=96):
    leak = tf.keras.layers.LeakyReLU(negative_slope=0.01)
    return tf.keras.Sequential([
        tf.keras.layers.Input((noise_dim,)),
        tf.keras.layers.Dense(1024, activation=leak),
        tf.keras.layers.Dense(1024, activation=leak),
        tf.keras.layers.Dense(784, activation="tanh"),
    ])
