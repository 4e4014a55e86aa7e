def sample_noise(batch_size, dim):
    row = tf.random.uniform((1, dim), -1, 1)
    return tf.tile(row, (batch_size, 1))
