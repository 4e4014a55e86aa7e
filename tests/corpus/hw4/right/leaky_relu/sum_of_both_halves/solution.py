def leaky_relu(x, alpha=0.01):
    positive = tf.nn.relu(x)
    negative = -tf.nn.relu(-x)
    return positive + alpha * negative
