def leaky_relu(x, alpha=0.01):
    return tf.keras.layers.LeakyReLU(negative_slope=alpha)(x)
