def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Adam(lr=learning_rate, beta1=beta1), tf.keras.optimizers.Adam(lr=learning_rate, beta1=beta1)
