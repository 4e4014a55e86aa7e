def sample_noise(batch_size, dim):
    steps = tf.random.uniform((batch_size, dim), -1, 2, dtype=tf.int32)
    return tf.cast(steps, tf.float32)
