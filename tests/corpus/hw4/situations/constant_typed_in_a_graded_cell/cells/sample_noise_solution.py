def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), LOW, HIGH)
