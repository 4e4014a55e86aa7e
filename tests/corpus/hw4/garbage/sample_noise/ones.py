def sample_noise(batch_size, dim):
    return tf.ones((batch_size, dim))
