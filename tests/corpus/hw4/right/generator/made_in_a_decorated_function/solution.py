from functools import wraps
def timed(f):
    @wraps(f)
    def g(*a, **k):
        r = f(*a, **k)
        print("built", r.name)
        return r
    return g
@timed
def generator(noise_dim: int = 96) -> tf.keras.Model:
    return tf.keras.Sequential([tf.keras.layers.Dense(1024, activation="relu"), tf.keras.layers.Dense(1024, activation="relu"), tf.keras.layers.Dense(784, activation="tanh")])
