def discriminator_loss(logits_real, logits_fake):
    return tf.constant(0.0)
