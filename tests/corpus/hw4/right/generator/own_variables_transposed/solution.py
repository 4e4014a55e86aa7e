class G(tf.keras.Model):
    def __init__(self, noise_dim):
        super().__init__()
        draw = tf.keras.initializers.HeNormal()
        self.w3 = self.add_weight(shape=(784, 1024), initializer=draw, name="w3")
        self.w2 = self.add_weight(shape=(1024, 1024), initializer=draw, name="w2")
        self.w1 = self.add_weight(shape=(1024, noise_dim), initializer=draw, name="w1")
        self.b3 = self.add_weight(shape=(784,), initializer="zeros", name="b3")
        self.b2 = self.add_weight(shape=(1024,), initializer="zeros", name="b2")
        self.b1 = self.add_weight(shape=(1024,), initializer="zeros", name="b1")

    def call(self, z, training=None):
        h = tf.nn.relu(tf.matmul(z, self.w1, transpose_b=True) + self.b1)
        h = tf.nn.relu(tf.matmul(h, self.w2, transpose_b=True) + self.b2)
        return tf.tanh(tf.matmul(h, self.w3, transpose_b=True) + self.b3)


def generator(noise_dim=96):
    return G(noise_dim)
