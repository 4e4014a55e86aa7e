def generator_loss(logits_fake):
    p = tf.sigmoid(logits_fake)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(p), logits=p))
