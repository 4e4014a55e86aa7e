def sample_noise(batch_size, dim):
    return tf.reshape(tf.linspace(-1.0, 1.0, batch_size * dim), (batch_size, dim))
