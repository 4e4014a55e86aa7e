class D(tf.keras.Model):
    def __init__(self, sizes):
        super(D, self).__init__()
        self.fcs = [tf.keras.layers.Dense(s) for s in sizes]
    def call(self, x):
        *body, head = self.fcs
        for fc in body:
            x = tf.nn.leaky_relu(fc(x), alpha=0.01)
        return head(x)
def discriminator():
    return D([256, 256, 1])
