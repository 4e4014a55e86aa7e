def sample_noise(batch_size, dim):
    return tf.reshape(tf.cast(tf.range(batch_size * dim) % 2 * 2 - 1, tf.float32), (batch_size, dim))
