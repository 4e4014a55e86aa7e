class M(tf.keras.Model):
    def __init__(self):
        super().__init__()
        L = tf.keras.layers
        self.a, self.b, self.c = L.Dense(256), L.Dense(256), L.Dense(1)
        self.n1, self.n2 = L.BatchNormalization(), L.BatchNormalization()
    def call(self, x, training=False):
        h = tf.nn.leaky_relu(self.n1(self.a(x), training=training), 0.01)
        h = tf.nn.leaky_relu(self.n2(self.b(h), training=training), 0.01)
        return self.c(h)
def discriminator():
    return M()
