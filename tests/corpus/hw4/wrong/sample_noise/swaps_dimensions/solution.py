def sample_noise(batch_size, dim):
    return tf.random.uniform((dim, batch_size), -1, 1)
