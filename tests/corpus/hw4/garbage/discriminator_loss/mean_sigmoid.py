def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_mean(tf.sigmoid(logits_fake))
