def discriminator_loss(logits_real, logits_fake):
    real = tf.math.log(tf.sigmoid(logits_real))
    fake = tf.math.log(1 - tf.sigmoid(logits_fake))
    return -tf.reduce_mean(real + fake)
