def leaky_relu(x, alpha=0.01):
    x = tf.cast(x, tf.float64)
    return tf.where(x > 0, x, alpha * x)
