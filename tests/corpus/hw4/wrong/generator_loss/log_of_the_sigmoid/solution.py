def generator_loss(logits_fake):
    return -tf.reduce_mean(tf.math.log(tf.sigmoid(logits_fake)))
