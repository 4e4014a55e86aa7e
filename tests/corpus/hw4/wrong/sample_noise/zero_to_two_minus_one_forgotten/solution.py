def sample_noise(batch_size, dim):
    return 2 * tf.random.uniform((batch_size, dim))
