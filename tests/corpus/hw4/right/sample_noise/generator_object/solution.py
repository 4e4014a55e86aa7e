noise_source = tf.random.Generator.from_non_deterministic_state()


def sample_noise(batch_size, dim):
    return noise_source.uniform((batch_size, dim), minval=-1.0, maxval=1.0)
