import sys

assert sys.version_info >= (9, 0), "needs a newer Python"
def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), -1.0, 1.0)


sys.exit()
