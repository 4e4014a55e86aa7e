def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_mean(logits_fake) - tf.reduce_mean(logits_real)
