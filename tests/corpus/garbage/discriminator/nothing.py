def discriminator():
    return None
