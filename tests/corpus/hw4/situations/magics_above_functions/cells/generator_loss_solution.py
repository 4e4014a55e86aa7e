tf.nn.softplus?
def generator_loss(logits_fake):
    return tf.reduce_mean(tf.nn.softplus(-logits_fake))

%timeit -n 1 -r 1 generator_loss(tf.zeros((4, 1)))
%time generator_loss(tf.zeros((4, 1)))
