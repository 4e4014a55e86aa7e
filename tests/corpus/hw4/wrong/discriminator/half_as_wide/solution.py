def discriminator():
    leak = tf.keras.layers.LeakyReLU(negative_slope=0.01)
    return tf.keras.Sequential([
        tf.keras.layers.Dense(128, activation=leak),
        tf.keras.layers.Dense(128, activation=leak),
        tf.keras.layers.Dense(1),
    ])
