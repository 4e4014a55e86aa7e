def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Dense(256, use_bias=False),
        tf.keras.layers.LeakyReLU(negative_slope=0.01),
        tf.keras.layers.Dense(256, use_bias=False),
        tf.keras.layers.LeakyReLU(negative_slope=0.01),
        tf.keras.layers.Dense(1, use_bias=False),
    ])
