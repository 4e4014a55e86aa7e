def get_solvers(learning_rate=1e-3, beta1=0.5):
    def make():
        return tf.keras.optimizers.Adam(learning_rate, beta_1=beta1, beta_2=0.999, epsilon=1e-8)

    return make(), make()
