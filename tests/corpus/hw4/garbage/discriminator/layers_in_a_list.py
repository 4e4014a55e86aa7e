def discriminator():
    return [tf.keras.layers.Dense(256), tf.keras.layers.Dense(1)]
