class Model(tf.keras.Model):
    def __init__(self, inputs):
        super().__init__()
        sizes = (inputs, 256, 256, 1)
        self.parts = [tf.keras.layers.Dense(size) for size in sizes[1:]]
        for part, size in zip(self.parts, sizes):
            part.build((None, size))

    def call(self, x):
        return tf.tile(x[:, :1], (1, 1))


def discriminator():
    return Model(784)
