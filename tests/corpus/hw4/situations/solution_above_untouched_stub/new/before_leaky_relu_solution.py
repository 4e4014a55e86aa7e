def leaky_relu(x, alpha=0.01):
    return tf.nn.relu(x) - alpha * tf.nn.relu(-x)
