def sample_noise(batch_size, dim):
    return tf.random.uniform([batch_size, dim], minval=-1, maxval=1)
