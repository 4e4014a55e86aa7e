def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), -1, 1, dtype=tf.int32)
