def discriminator():
    slope = tf.keras.layers.LeakyReLU
    parts = [dense(256), slope(negative_slope=0.01), dense(256), slope(negative_slope=0.01), dense(1)]
    return tf.keras.Sequential([tf.keras.layers.Input((784,)), *parts])
