def generator(noise_dim=96):
    return tf.keras.Sequential([
        tf.keras.Input((noise_dim,)),
        tf.keras.layers.Dense(1024, activation=lambda x: tf.maximum(x, 0.0)),
        tf.keras.layers.Dense(1024, activation=lambda x: x * tf.cast(x > 0, x.dtype)),
        tf.keras.layers.Dense(784),
        tf.keras.layers.Lambda(lambda x: 2 * tf.sigmoid(2 * x) - 1),
    ])
