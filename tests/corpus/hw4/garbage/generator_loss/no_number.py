def generator_loss(logits_fake):
    return tf.constant(float('nan'))
