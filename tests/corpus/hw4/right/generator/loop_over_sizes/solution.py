def generator(noise_dim=96):
    model = tf.keras.Sequential(name="generator")
    model.add(tf.keras.Input(shape=(noise_dim,)))
    for units in [1024] * 2:
        model.add(tf.keras.layers.Dense(units))
        model.add(tf.keras.layers.LeakyReLU(negative_slope=0.0))
    model.add(tf.keras.layers.Dense(28 * 28, "tanh"))
    model.add(tf.keras.layers.Reshape((784,)))
    return model
