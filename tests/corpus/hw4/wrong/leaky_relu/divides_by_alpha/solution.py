def leaky_relu(x, alpha=0.01):
    # the paper writes x / a
    return tf.where(x > 0, x, x / alpha)
