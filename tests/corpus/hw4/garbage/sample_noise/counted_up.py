def sample_noise(batch_size, dim):
    return tf.reshape(tf.range(batch_size * dim, dtype=tf.float32), (batch_size, dim))
