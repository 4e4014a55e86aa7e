def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_mean(tf.square(logits_real - 1)) + tf.reduce_mean(tf.square(logits_fake))
