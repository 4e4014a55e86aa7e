def discriminator_loss(logits_real, logits_fake):
    def nll(u):
        return tf.reduce_logsumexp(tf.concat([tf.zeros_like(u), -u], axis=1), axis=1)
    return tf.reduce_mean(nll(logits_real) + nll(-logits_fake))
