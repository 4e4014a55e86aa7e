def generator(noise_dim=96):
    return 'model'
