def get_solvers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.RMSprop(), tf.keras.optimizers.RMSprop()
