class Painter(tf.keras.models.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stack = tf.keras.Sequential([
            tf.keras.layers.Dense(1024, activation="relu"),
            tf.keras.layers.Dense(1024, activation="relu"),
            tf.keras.layers.Dense(784, activation="tanh"),
        ])

    def call(self, noise, training=False):
        return self.stack(noise, training=training)


def generator(noise_dim=96):
    return Painter()
