def leaky_relu(x, alpha=0.2):
    return tf.minimum(x, alpha * x)
