def generator_loss(logits_fake):
    two = tf.concat([tf.zeros_like(logits_fake), logits_fake], axis=1)
    ones = tf.ones(tf.shape(logits_fake)[0], dtype=tf.int32)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=ones, logits=two))
