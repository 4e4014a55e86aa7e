import platform

import numpy as np
import tensorflow as tf

SEED = 4
tf.keras.utils.set_random_seed(SEED)
print(f"Python {platform.python_version()}, TensorFlow {tf.__version__}, Keras {tf.keras.__version__}, seed {SEED}")
import os
