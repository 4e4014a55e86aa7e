def discriminator():
    return tf.keras.Sequential([
        tf.keras.layers.Input((784,)),
        tf.keras.layers.Dense(256, activation=tf.nn.leaky_relu),
        tf.keras.layers.Dense(256, activation=tf.nn.leaky_relu),
        tf.keras.layers.Dense(1),
    ])
