def discriminator():
    return tf.keras.Sequential([tf.keras.layers.Dense(100), tf.keras.layers.Dense(1)])
