class Adam:
    def __init__(self, rate, beta1, beta2=0.999, epsilon=1e-7):
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        self.steps, self.moments = 0, {}

    def apply_gradients(self, grads_and_vars):
        self.steps += 1
        for i, (g, v) in enumerate(grads_and_vars):
            m, s = self.moments.get(i, (tf.zeros_like(v), tf.zeros_like(v)))
            m = self.beta1 * m + (1 - self.beta1) * g
            s = self.beta2 * s + (1 - self.beta2) * g * g
            self.moments[i] = m, s
            m_hat = m / (1 - self.beta1**self.steps)
            s_hat = s / (1 - self.beta2**self.steps)
            v.assign_sub(self.rate * m_hat / (tf.sqrt(s_hat) + self.epsilon))


def get_solvers(learning_rate=1e-3, beta1=0.5):
    return Adam(learning_rate, beta1), Adam(learning_rate, beta1)
