def discriminator_loss(logits_real, logits_fake):
    return tf.reduce_mean(tf.nn.relu(1.0 - logits_fake))
