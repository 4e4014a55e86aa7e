def sample_noise(batch_size, dim):
    # an op-level seed: the sequence repeats when the notebook restarts, each call still goes on in it
    return tf.random.uniform((batch_size, dim), -1, 1, seed=18739)
