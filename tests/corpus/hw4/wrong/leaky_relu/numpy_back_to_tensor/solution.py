def leaky_relu(x, alpha=0.01):
    values = x.numpy()
    values[values < 0] *= alpha
    return tf.constant(values)
