def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Dense(256),
        tf.keras.layers.LeakyReLU(negative_slope=0.01),
        tf.keras.layers.Dense(256),
        tf.keras.layers.LeakyReLU(negative_slope=0.01),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
