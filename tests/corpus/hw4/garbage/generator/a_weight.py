def generator(noise_dim=96):
    return tf.Variable(tf.zeros((784,)))
