from keras import random as keras_random


def sample_noise(batch_size, dim):
    return keras_random.uniform((batch_size, dim), minval=-1.0, maxval=1.0, dtype="float32")
