def sample_noise(batch_size, dim):
    return tf.random.truncated_normal((batch_size, dim), stddev=0.5)
