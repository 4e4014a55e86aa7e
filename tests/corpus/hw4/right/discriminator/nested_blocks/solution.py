def block(units):
    return tf.keras.Sequential([
        tf.keras.layers.Dense(units),
        tf.keras.layers.LeakyReLU(negative_slope=0.01),
    ])


def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Flatten(),
        block(256),
        block(256),
        tf.keras.layers.Dense(units=1, use_bias=True),
    ])
