def sample_noise(batch_size, dim):
    draw = tf.random_uniform_initializer(-1.0, 1.0)
    return draw(shape=(batch_size, dim), dtype=tf.float32)
