def sample_noise(batch_size, dim):
    tf.random.set_seed(0)
    return tf.random.uniform((batch_size, dim), -1, 1)
