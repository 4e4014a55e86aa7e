def sample_noise(batch_size, dim):
    return 2.0 * tf.random.uniform((batch_size, dim)) - 1.0
