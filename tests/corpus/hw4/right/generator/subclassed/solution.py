class Generator(tf.keras.Model):
    def __init__(self, noise_dim):
        super().__init__()
        self.noise_dim = noise_dim
        self.fc1 = tf.keras.layers.Dense(1024)
        self.fc2 = tf.keras.layers.Dense(1024)
        self.fc3 = tf.keras.layers.Dense(784)

    def call(self, z):
        h = tf.nn.relu(self.fc1(z))
        h = tf.nn.relu(self.fc2(h))
        return tf.math.tanh(self.fc3(h))


def generator(noise_dim=96):
    return Generator(noise_dim)
