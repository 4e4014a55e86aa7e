def discriminator():
    return tf.Variable(tf.zeros((1,)))
