def get_solvers(learning_rate=1e-3, beta1=0.5):
    first = tf.keras.optimizers.Adam(learning_rate=learning_rate, beta_1=beta1)
    second = tf.keras.optimizers.Adam.from_config(first.get_config())
    return first, second
