import numpy as np


def log_sigmoid(x):
    return -np.logaddexp(0.0, -x)
