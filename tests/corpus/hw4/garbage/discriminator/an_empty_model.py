def discriminator():
    return tf.keras.Sequential()
