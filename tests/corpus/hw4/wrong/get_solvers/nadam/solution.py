def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Nadam(learning_rate, beta1), tf.keras.optimizers.Nadam(learning_rate, beta1)
