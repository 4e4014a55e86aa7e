def generator_loss(logits_fake):
    labels = tf.ones_like(logits_fake)
    return tf.compat.v1.losses.sigmoid_cross_entropy(multi_class_labels=labels, logits=logits_fake)
