def generator(noise_dim=None):
    noise_dim = noise_dim or 96
    return tf.keras.Sequential([
        tf.keras.Input(shape=(noise_dim,)),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.Dense(784, activation="tanh"),
    ])
