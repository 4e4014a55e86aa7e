def discriminator():
    return tf.keras.Sequential(
        [layers.Input((784,)), layers.Dense(256), layers.LeakyReLU(negative_slope=0.01),
         layers.Dense(256), layers.LeakyReLU(negative_slope=0.01), layers.Dense(1)]
    )
