def discriminator():
    model = tf.keras.Sequential()
    model.add(tf.keras.layers.Dense(256, activation=leaky_relu))
    model.add(tf.keras.layers.Dense(256, activation=leaky_relu))
    model.add(tf.keras.layers.Dense(1))
    return model
