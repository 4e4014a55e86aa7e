def get_solvers(learning_rate=1e-3, beta1=0.5):
    D_solver = tf.keras.optimizers.Adam(learning_rate=learning_rate, beta_1=beta1)
    G_solver = tf.keras.optimizers.Adam(learning_rate=learning_rate, beta_1=beta1)
    return D_solver, G_solver
