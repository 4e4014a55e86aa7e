def generator(noise_dim=96):
    L = tf.keras.layers
    return tf.keras.Sequential([L.Input((noise_dim,)), L.Dense(1024, "relu"), L.Dense(1024, "tanh"), L.Dense(784)])
