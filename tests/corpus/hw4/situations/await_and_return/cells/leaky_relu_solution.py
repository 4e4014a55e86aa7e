def leaky_relu(x, alpha=0.01):
    return tf.where(x >= 0, x, alpha * x)
return leaky_relu
