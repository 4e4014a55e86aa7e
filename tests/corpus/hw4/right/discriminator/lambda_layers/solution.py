def discriminator():
    leak = lambda t: tf.maximum(t, 0.01 * t)
    return tf.keras.Sequential([
        tf.keras.Input((784,)),
        tf.keras.layers.Dense(256),
        tf.keras.layers.Lambda(leak),
        tf.keras.layers.Dense(256),
        tf.keras.layers.Activation(leak),
        tf.keras.layers.Dense(1, activation="linear"),
    ])
