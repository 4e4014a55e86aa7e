class Discriminator(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense1 = tf.keras.layers.Dense(256)
        self.dense2 = tf.keras.layers.Dense(256)
        self.score = tf.keras.layers.Dense(1)

    def call(self, x):
        x = tf.nn.leaky_relu(self.dense1(x), alpha=0.01)
        x = tf.nn.leaky_relu(self.dense2(x), alpha=0.01)
        return self.score(x)


def discriminator():
    return Discriminator()
