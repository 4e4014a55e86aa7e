def discriminator():
    return 'model'
