class Stopped(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [tf.keras.layers.Dense(units) for units in (256, 256, 1)]

    def call(self, x):
        x = tf.nn.leaky_relu(self.parts[0](x), alpha=0.01)
        x = tf.stop_gradient(x)
        x = tf.nn.leaky_relu(self.parts[1](x), alpha=0.01)
        return self.parts[2](x)


def discriminator():
    return Stopped()
