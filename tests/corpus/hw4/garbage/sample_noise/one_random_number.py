def sample_noise(batch_size, dim):
    return np.random.uniform(-1, 1)
