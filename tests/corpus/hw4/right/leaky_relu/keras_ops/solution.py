from keras import ops


def leaky_relu(x, alpha=0.01, name=None):
    return ops.leaky_relu(x, negative_slope=alpha)
