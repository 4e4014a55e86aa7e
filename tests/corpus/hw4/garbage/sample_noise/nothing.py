def sample_noise(batch_size, dim):
    return None
