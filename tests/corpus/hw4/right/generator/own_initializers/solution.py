def generator(noise_dim=96, seed=None):
    normal = tf.keras.initializers.TruncatedNormal(stddev=0.05, seed=seed)
    options = dict(kernel_initializer=normal, bias_initializer="normal")
    model = tf.keras.models.Sequential([
        tf.keras.layers.Dense(1024, activation="relu", **options),
        tf.keras.layers.Dense(1024, activation="relu", **options),
        tf.keras.layers.Dense(784, activation="tanh", **options),
    ])
    model.build((None, noise_dim))
    return model
