def discriminator():
    model = tf.keras.Sequential()
    for units in (256, 256, 1):
        model.add(tf.keras.layers.Dense(units))
        model.add(tf.keras.layers.LeakyReLU(negative_slope=0.01))
    return model
