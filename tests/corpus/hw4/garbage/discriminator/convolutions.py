def discriminator():
    return tf.keras.Sequential([tf.keras.Input((784,)), tf.keras.layers.Reshape((-1, 1)), tf.keras.layers.Conv1D(4, 3), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
