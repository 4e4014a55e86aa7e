def generator_loss(logits_fake):
    return tf.reduce_sum(logits_fake)
