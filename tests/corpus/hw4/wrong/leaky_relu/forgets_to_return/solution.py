def leaky_relu(x, alpha=0.01):
    out = tf.maximum(x, alpha * x)
