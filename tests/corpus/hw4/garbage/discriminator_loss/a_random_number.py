def discriminator_loss(logits_real, logits_fake):
    return tf.random.uniform(())
