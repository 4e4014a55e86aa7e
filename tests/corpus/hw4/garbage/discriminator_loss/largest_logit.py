def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_max(logits_fake)
