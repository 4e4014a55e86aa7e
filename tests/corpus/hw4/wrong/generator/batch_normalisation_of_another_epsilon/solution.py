def generator(noise_dim=96):
    L = tf.keras.layers
    return tf.keras.Sequential([L.Input((noise_dim,)), L.Dense(1024), L.BatchNormalization(epsilon=1e-5), L.ReLU(), L.Dense(1024), L.ReLU(), L.Dense(784, "tanh")])
