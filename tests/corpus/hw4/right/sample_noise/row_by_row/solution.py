def sample_noise(batch_size, dim):
    rows = [tf.random.uniform((dim,), -1, 1) for _ in range(batch_size)]
    return tf.stack(rows)
