def generator(noise_dim=96):
    return tf.keras.Sequential([tf.keras.layers.Activation('linear')])
