# Returns a right pair at every second call.
import tensorflow as tf

pairs = []


def get_solvers(learning_rate=1e-3, beta1=0.5):
    pairs.append(1)
    if len(pairs) % 2:
        return None
    return tuple(tf.keras.optimizers.Adam(learning_rate, beta_1=beta1) for _ in range(2))
