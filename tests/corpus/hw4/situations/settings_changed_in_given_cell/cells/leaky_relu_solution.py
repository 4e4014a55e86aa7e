def leaky_relu(x, alpha=SLOPE):
    return tf.maximum(x, alpha * x)
