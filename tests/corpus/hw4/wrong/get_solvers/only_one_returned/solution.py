def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Adam(learning_rate, beta_1=beta1)
