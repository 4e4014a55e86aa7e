import itertools
counter = itertools.count()
def sample_noise(batch_size, dim):
    s = next(counter)
    return tf.random.stateless_uniform([batch_size, dim], seed=[s, 7], minval=-1, maxval=1)
