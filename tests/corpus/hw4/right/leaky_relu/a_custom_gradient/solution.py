@tf.custom_gradient
def _lr(x, alpha):
    def grad(dy):
        return tf.where(x > 0, dy, alpha * dy), None
    return tf.where(x > 0, x, alpha * x), grad
def leaky_relu(x, alpha=0.01):
    return _lr(x, tf.cast(alpha, x.dtype))
