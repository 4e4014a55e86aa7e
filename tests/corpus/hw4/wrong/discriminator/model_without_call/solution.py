class Discriminator(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [tf.keras.layers.Dense(units) for units in (256, 256, 1)]

    def forward(self, x):
        for layer in self.parts[:2]:
            x = tf.nn.leaky_relu(layer(x), alpha=0.01)
        return self.parts[2](x)


def discriminator():
    return Discriminator()
