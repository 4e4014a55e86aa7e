def generator(noise_dim=96):
    return tf.keras.layers.Dense(784)
