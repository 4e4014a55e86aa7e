class Critic(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.third = tf.keras.layers.Dense(1, name="third")
        self.second = tf.keras.layers.Dense(256, name="second")
        self.first = tf.keras.layers.Dense(256, name="first")

    def call(self, images, training=False):
        hidden = tf.maximum(self.first(images), 0.01 * self.first(images))
        hidden = self.second(hidden)
        hidden = tf.maximum(hidden, 0.01 * hidden)
        return self.third(hidden)


def discriminator():
    model = Critic()
    model.build((None, 784))
    return model
