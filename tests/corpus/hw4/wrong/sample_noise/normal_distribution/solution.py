def sample_noise(batch_size, dim):
    return tf.random.normal((batch_size, dim))
