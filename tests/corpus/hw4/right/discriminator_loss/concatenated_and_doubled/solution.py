def discriminator_loss(logits_real, logits_fake):
    logits = tf.concat([logits_real, logits_fake], axis=0)
    labels = tf.concat([tf.ones_like(logits_real), tf.zeros_like(logits_fake)], axis=0)
    return 2 * tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
