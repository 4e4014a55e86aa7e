def generator_loss(logits_fake):
    return tf.cast(tf.size(logits_fake), tf.float32)
