def discriminator():
    return tf.keras.layers.Dense(1)
