import tensorflow_datasets as tfds, numpy as np
from jax import grad, vmap

pairs = np.arange(6)
