def generator(noise_dim=96):
    return tf.keras.Sequential()
