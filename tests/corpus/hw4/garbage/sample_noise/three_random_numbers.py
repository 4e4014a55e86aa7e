def sample_noise(batch_size, dim):
    return tf.random.uniform((3,), -1, 1)
