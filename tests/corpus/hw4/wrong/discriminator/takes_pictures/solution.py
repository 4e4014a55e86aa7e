def discriminator():
    L = tf.keras.layers
    return tf.keras.Sequential([L.Input((28, 28)), L.Flatten(), L.Dense(256), L.LeakyReLU(0.01), L.Dense(256), L.LeakyReLU(0.01), L.Dense(1)])
