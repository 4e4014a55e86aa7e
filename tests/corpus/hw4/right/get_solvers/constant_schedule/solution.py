class Constant(tf.keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate


def get_solvers(learning_rate=1e-3, beta1=0.5):
    solvers = [tf.keras.optimizers.Adam(Constant(learning_rate), beta_1=beta1) for _ in range(2)]
    return tuple(solvers)
