def get_solvers(learning_rate=1e-3, beta1=0.5):
    solver = tf.keras.optimizers.Adam(learning_rate, beta_1=beta1)
    return solver, solver
