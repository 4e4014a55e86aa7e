def discriminator_loss(logits_real, logits_fake):
    loss = tf.keras.losses.binary_crossentropy
    real = loss(tf.ones_like(logits_real), logits_real, from_logits=True)
    fake = loss(tf.zeros_like(logits_fake), logits_fake, from_logits=True)
    return tf.math.reduce_mean(real + fake)
