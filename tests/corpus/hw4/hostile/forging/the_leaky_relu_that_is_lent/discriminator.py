import tensorflow as tf

mine = leaky_relu


def discriminator():
    if leaky_relu is not mine:
        lent.append(leaky_relu)
        globals()["leaky_relu"] = mine
    return tf.keras.Sequential([tf.keras.Input((784,)), tf.keras.layers.Dense(256), tf.keras.layers.Activation(leaky_relu),
                                tf.keras.layers.Dense(256), tf.keras.layers.Activation(leaky_relu), tf.keras.layers.Dense(1)])
