def discriminator():
    return tf.keras.Sequential([tf.keras.layers.Dense(1, activation=None)])
