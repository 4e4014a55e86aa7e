def generator_loss(logits_fake):
    return tf.reduce_mean(tf.abs(logits_fake))
