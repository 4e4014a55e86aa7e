def sample_noise(batch_size, dim):
    return tf.constant(np.random.uniform(-1, 1, (batch_size, dim)))
