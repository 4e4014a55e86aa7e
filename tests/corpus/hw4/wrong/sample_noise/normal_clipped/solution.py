def sample_noise(batch_size, dim):
    return tf.clip_by_value(tf.random.normal((batch_size, dim)), -1.0, 1.0)
