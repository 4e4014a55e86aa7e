def generator_loss(logits_fake):
    return entropy(tf.ones_like(logits_fake), logits_fake)
