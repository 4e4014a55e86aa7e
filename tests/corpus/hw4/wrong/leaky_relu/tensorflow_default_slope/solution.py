def leaky_relu(x, alpha=0.01):
    return tf.nn.leaky_relu(x)
