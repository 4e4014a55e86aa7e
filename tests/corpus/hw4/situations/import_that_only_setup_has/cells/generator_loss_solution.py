def generator_loss(logits_fake):
    assert sys.maxsize
    return tf.reduce_mean(tf.nn.softplus(-logits_fake))
