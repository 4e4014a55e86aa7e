# Returns nothing at first, then a model with one layer, and only then the right one.
import tensorflow as tf

calls = []


def generator(noise_dim=96):
    calls.append(noise_dim)
    layers = [tf.keras.layers.Dense(1024, activation="relu") for _ in range(min(len(calls) - 1, 2))]
    layers = [tf.keras.Input((noise_dim,)), *layers, tf.keras.layers.Dense(784, activation="tanh")]
    return tf.keras.Sequential(layers) if len(calls) > 1 else None
