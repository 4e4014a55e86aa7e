class LeakyReLU:
    def __init__(self, alpha): self.alpha = alpha
    def __call__(self, x): return tf.math.maximum(x, self.alpha * x)
_cache = {}
def leaky_relu(x, alpha=0.01):
    if alpha not in _cache:
        _cache[alpha] = LeakyReLU(alpha)
    return _cache[alpha](x)
