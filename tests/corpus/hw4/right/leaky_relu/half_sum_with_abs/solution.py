def leaky_relu(x, alpha=0.01):
    return 0.5 * (1 + alpha) * x + 0.5 * (1 - alpha) * tf.abs(x)
