def generator(noise_dim=96):
    model = tf.keras.Sequential()
    model.add(tf.keras.layers.Dense(1024))
    model.add(tf.keras.layers.ReLU())
    model.add(tf.keras.layers.Dense(1024))
    model.add(tf.keras.layers.ReLU())
    model.add(tf.keras.layers.Dense(784))
    model.add(tf.keras.layers.Activation(tf.tanh))
    return model
