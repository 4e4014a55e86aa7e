def leaky_relu(x, alpha=0.01):
    x = tf.reshape(x, [-1])
    return tf.maximum(x, alpha * x)
