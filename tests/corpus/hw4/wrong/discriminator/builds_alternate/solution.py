built = []


def discriminator():
    built.append(1)
    leak = tf.keras.layers.LeakyReLU(0.01 if len(built) % 2 == 0 else 0.2)
    return tf.keras.Sequential([
        tf.keras.layers.Dense(256, activation=leak),
        tf.keras.layers.Dense(256, activation=leak),
        tf.keras.layers.Dense(1, activation=None if len(built) % 2 else "sigmoid"),
    ])
