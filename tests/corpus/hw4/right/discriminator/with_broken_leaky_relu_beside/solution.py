def leaky_relu(x, alpha=0.01):
    return tf.nn.relu(x)  # wrong, and marked as such in its own item


def discriminator():
    return tf.keras.Sequential([
        tf.keras.Input((784,)),
        tf.keras.layers.Dense(256, activation=leaky_relu),
        tf.keras.layers.Dense(256),
        tf.keras.layers.Lambda(lambda t: leaky_relu(t, 0.01)),
        tf.keras.layers.Dense(1),
    ])
