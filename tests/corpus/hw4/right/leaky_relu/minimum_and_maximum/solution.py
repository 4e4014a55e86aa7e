def leaky_relu(x, alpha=0.01):
    x = tf.convert_to_tensor(x)
    alpha = tf.cast(alpha, x.dtype)
    return tf.maximum(x, 0) + alpha * tf.minimum(x, 0)
