def generator_loss(logits_fake):
    return tf.reduce_mean(tf.math.softplus(-logits_fake))
