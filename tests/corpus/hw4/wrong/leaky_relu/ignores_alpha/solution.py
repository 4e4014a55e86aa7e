def leaky_relu(x, alpha=0.01):
    return tf.maximum(x, 0.01 * x)
