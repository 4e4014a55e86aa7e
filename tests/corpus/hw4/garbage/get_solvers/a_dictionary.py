def get_solvers(learning_rate=1e-3, beta1=0.5):
    return {'D': tf.keras.optimizers.Adam(), 'G': tf.keras.optimizers.Adam()}
