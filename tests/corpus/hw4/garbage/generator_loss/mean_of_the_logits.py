def generator_loss(logits_fake):
    return tf.reduce_mean(logits_fake)
