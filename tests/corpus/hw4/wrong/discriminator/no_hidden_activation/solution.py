def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Dense(256),
        tf.keras.layers.Dense(256),
        tf.keras.layers.Dense(1),
    ])
