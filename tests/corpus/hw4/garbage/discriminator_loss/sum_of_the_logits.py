def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_sum(logits_fake)
