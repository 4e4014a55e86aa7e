from tensorflow.keras import Model, layers


def generator(noise_dim=96):
    z = layers.Input(shape=(noise_dim,))
    h = layers.Dense(1024, activation=tf.nn.relu)(z)
    h = layers.Dense(1024, activation=tf.nn.relu)(h)
    return Model(z, layers.Dense(784, activation=tf.nn.tanh)(h))
