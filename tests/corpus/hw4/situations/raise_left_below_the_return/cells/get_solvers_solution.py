def get_solvers(learning_rate=1e-3, beta1=0.5):
    if learning_rate is not None:
        return tuple(tf.keras.optimizers.Adam(learning_rate, beta_1=beta1) for _ in range(2))
    raise NotImplementedError("Replace this line with your code, then run the cell again.")
