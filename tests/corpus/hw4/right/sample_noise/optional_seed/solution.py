def sample_noise(batch_size, dim, seed=None):
    return tf.random.uniform((batch_size, dim), -1.0, 1.0, seed=seed)
