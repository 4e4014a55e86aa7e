def discriminator(seed=None):
    init = tf.keras.initializers.GlorotNormal(seed=seed)
    inputs = tf.keras.Input(shape=(784,), name="image")
    x = tf.keras.layers.Dense(256, kernel_initializer=init)(inputs)
    x = tf.keras.activations.leaky_relu(x, negative_slope=0.01)
    x = tf.keras.layers.Dense(256, kernel_initializer="he_uniform")(x)
    x = tf.keras.activations.leaky_relu(x, negative_slope=0.01)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(1, kernel_initializer="zeros")(x), name="discriminator")
