class Discriminator(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [tf.keras.layers.Dense(784) for _ in range(4)]

    def call(self, x):
        for position in (2, 0, 3, 1):
            x = tf.nn.leaky_relu(self.parts[position](x), alpha=0.01)
        return x


def discriminator():
    return Discriminator()
