def sample_noise(batch_size, dim):
    return tf.zeros((batch_size, dim))
