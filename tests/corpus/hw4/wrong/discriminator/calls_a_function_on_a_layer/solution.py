def leaky_relu(x, alpha=0.01):
    return tf.maximum(x, alpha * x)


def discriminator():
    image = tf.keras.Input((784,))
    h = leaky_relu(tf.keras.layers.Dense(256)(image))
    h = leaky_relu(tf.keras.layers.Dense(256)(h))
    return tf.keras.Model(image, tf.keras.layers.Dense(1)(h))
