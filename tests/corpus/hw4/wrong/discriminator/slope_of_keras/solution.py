def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Input((784,)),
        tf.keras.layers.Dense(256),
        tf.keras.layers.LeakyReLU(),
        tf.keras.layers.Dense(256),
        tf.keras.layers.LeakyReLU(),
        tf.keras.layers.Dense(1),
    ])
