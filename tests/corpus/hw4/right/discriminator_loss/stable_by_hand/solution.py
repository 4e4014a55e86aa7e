def discriminator_loss(logits_real, logits_fake):
    def cost(x, label):
        return tf.maximum(x, 0) - x * label + tf.math.log1p(tf.exp(-tf.abs(x)))

    return tf.reduce_mean(cost(logits_real, 1.0) + cost(logits_fake, 0.0))
