@tf.function
def generator_loss(logits_fake):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(logits_fake), logits_fake))
