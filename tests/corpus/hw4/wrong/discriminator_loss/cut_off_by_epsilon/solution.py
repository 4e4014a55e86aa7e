def discriminator_loss(logits_real, logits_fake):
    real = tf.math.log(tf.sigmoid(logits_real) + 1e-8)
    fake = tf.math.log(1 - tf.sigmoid(logits_fake) + 1e-8)
    return -tf.reduce_mean(real) - tf.reduce_mean(fake)
