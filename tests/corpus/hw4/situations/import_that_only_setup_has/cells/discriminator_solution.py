def discriminator():
    units = int(os.environ.get("UNITS", 256))
    return tf.keras.Sequential(
        [tf.keras.layers.Input((784,)), tf.keras.layers.Dense(units), tf.keras.layers.LeakyReLU(negative_slope=0.01),
         tf.keras.layers.Dense(units), tf.keras.layers.LeakyReLU(negative_slope=0.01), tf.keras.layers.Dense(1)]
    )
