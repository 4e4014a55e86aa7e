def generator(noise_dim=96):
    return tf.keras.Sequential([
        tf.keras.layers.Input((noise_dim,)),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.Dense(1024, activation="relu"),
        tf.keras.layers.Dense(784, activation=lambda x: tf.clip_by_value(x, -1.0, 1.0)),
    ])
