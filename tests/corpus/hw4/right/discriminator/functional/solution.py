from tensorflow.keras import layers


def discriminator():
    image = layers.Input(shape=(784,))
    h = layers.LeakyReLU(negative_slope=0.01)(layers.Dense(256)(image))
    h = layers.LeakyReLU(negative_slope=0.01)(layers.Dense(256)(h))
    return tf.keras.Model(inputs=image, outputs=layers.Dense(1)(h))
