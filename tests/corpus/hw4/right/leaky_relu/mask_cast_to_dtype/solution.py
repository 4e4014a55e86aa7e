def leaky_relu(x, alpha=0.01):
    # 1 where positive, alpha elsewhere
    mask = tf.cast(x > 0, x.dtype)
    return x * (mask + (1 - mask) * alpha)
