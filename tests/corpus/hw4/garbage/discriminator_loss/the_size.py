def discriminator_loss(logits_real, logits_fake):
    return tf.cast(tf.size(logits_fake), tf.float32)
