def generator(noise_dim=96):
    return tf.keras.Sequential([tf.keras.layers.Dense(16) for _ in range(12)] + [tf.keras.layers.Dense(784)])
