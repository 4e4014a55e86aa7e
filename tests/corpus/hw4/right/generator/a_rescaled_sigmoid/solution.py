def generator(noise_dim=96):
    L = tf.keras.layers
    return tf.keras.Sequential([L.Input((noise_dim,)), L.Dense(1024), L.ReLU(), L.Dense(1024), L.ReLU(), L.Dense(784), L.Lambda(lambda x: 2 * tf.sigmoid(2 * x) - 1)])
