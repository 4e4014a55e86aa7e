def generator_loss(logits_fake):
    return tf.reduce_mean(tf.sigmoid(logits_fake))
