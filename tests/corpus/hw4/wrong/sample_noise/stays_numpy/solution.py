def sample_noise(batch_size, dim):
    return np.random.uniform(-1, 1, (batch_size, dim)).astype(np.float32)
