def generator_loss(logits_fake):
    return tf.reduce_mean(tf.nn.relu(1.0 - logits_fake))
