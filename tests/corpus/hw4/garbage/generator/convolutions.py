def generator(noise_dim=96):
    return tf.keras.Sequential([tf.keras.Input((noise_dim,)), tf.keras.layers.Reshape((-1, 1)), tf.keras.layers.Conv1D(4, 3), tf.keras.layers.Flatten(), tf.keras.layers.Dense(784)])
