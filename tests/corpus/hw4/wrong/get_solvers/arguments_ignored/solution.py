def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Adam(1e-3, 0.5), tf.keras.optimizers.Adam(1e-3, 0.5)
