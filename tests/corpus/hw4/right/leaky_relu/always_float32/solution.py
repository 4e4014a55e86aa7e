def leaky_relu(x, alpha=0.01):
    x = tf.cast(x, tf.float32)
    return tf.maximum(x, alpha * x)
