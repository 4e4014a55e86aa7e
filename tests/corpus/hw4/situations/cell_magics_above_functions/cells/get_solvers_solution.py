%%prun -q
def get_solvers(learning_rate=1e-3, beta1=0.5):
    adam = tf.keras.optimizers.Adam
    return adam(learning_rate, beta_1=beta1), adam(learning_rate, beta_1=beta1)
