def sample_noise(batch_size, dim):
    return (batch_size, dim)
