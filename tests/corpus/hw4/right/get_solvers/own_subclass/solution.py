class Solver(tf.keras.optimizers.Adam):
    pass


def get_solvers(learning_rate=1e-3, beta1=0.5):
    return Solver(learning_rate, beta1), Solver(learning_rate, beta1)
