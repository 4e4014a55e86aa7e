def generator_loss(logits_fake):
    return tf.reduce_max(logits_fake)
