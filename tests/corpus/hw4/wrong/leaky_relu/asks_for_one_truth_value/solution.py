def leaky_relu(x, alpha=0.01):
    if x > 0:
        return x
    return alpha * x
