def sample_noise(batch_size, dim):
    return 100 * tf.random.normal((batch_size, dim))
