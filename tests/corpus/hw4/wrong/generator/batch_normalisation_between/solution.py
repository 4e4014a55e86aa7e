def generator(noise_dim=96):
    return tf.keras.Sequential([
        tf.keras.layers.Input((noise_dim,)),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.Dense(784, activation="tanh"),
    ])
