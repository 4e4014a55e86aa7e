def sample_noise(batch_size, dim):
    noise = np.random.uniform(-1, 1, size=(batch_size, dim))
    return tf.convert_to_tensor(noise, dtype=tf.float32)
