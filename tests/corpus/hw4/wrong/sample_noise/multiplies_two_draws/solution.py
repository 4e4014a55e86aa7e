def sample_noise(batch_size, dim):
    sign = tf.random.uniform((batch_size, dim), -1, 1)
    return sign * tf.random.uniform((batch_size, dim))
