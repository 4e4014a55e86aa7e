def sample_noise(batch_size, dim):
    return tf.complex(tf.random.uniform((batch_size, dim)), tf.random.uniform((batch_size, dim)))
