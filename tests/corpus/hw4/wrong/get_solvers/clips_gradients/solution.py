def get_solvers(learning_rate=1e-3, beta1=0.5):
    options = dict(learning_rate=learning_rate, beta_1=beta1, clipvalue=1.0)
    return tf.keras.optimizers.Adam(**options), tf.keras.optimizers.Adam(**options)
