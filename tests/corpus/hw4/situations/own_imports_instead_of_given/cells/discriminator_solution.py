def discriminator():
    return tf.keras.Sequential(
        [Input((784,)), Dense(256), LeakyReLU(negative_slope=0.01), Dense(256), LeakyReLU(negative_slope=0.01), Dense(1)]
    )
