def sample_noise(batch_size, dim):
    return tf.cast(tf.random.uniform((batch_size, dim), -50, 50, dtype=tf.int32), tf.float32)
