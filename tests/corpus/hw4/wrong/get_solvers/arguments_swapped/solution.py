def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Adam(beta1, learning_rate), tf.keras.optimizers.Adam(beta1, learning_rate)
