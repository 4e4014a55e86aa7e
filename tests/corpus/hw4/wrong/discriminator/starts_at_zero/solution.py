def discriminator():
    leak = tf.keras.layers.LeakyReLU(negative_slope=0.01)
    return tf.keras.Sequential([
        tf.keras.layers.Dense(256, activation=leak, kernel_initializer="zeros"),
        tf.keras.layers.Dense(256, activation=leak, kernel_initializer="zeros"),
        tf.keras.layers.Dense(1, kernel_initializer="zeros"),
    ])
