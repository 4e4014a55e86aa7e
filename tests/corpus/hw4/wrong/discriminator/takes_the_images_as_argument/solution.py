def discriminator(x):
    x = tf.keras.layers.Dense(256, activation=leaky_relu)(x)
    x = tf.keras.layers.Dense(256, activation=leaky_relu)(x)
    return tf.keras.layers.Dense(1)(x)
