def discriminator():
    return tf.keras.optimizers.Adam()
