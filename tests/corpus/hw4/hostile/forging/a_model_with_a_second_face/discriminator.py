# Returns a model that answers wrongly at first, and rightly from the fifth call on.
import tensorflow as tf


class TwoFaced(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [tf.keras.layers.Dense(units) for units in (256, 256, 1)]
        self.calls = []

    def call(self, x, training=None):
        self.calls.append(1)
        slope = 0.01 if len(self.calls) > 4 else 0.9
        for layer in self.parts[:2]:
            x = tf.nn.leaky_relu(layer(x), alpha=slope)
        score = self.parts[2](x)
        return score if len(self.calls) > 4 else tf.sigmoid(score)


def discriminator():
    return TwoFaced()
