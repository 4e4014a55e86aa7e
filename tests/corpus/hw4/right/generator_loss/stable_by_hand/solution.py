def generator_loss(logits_fake):
    x = tf.squeeze(logits_fake, axis=-1)
    return tf.reduce_mean(tf.nn.relu(-x) + tf.math.log1p(tf.math.exp(-tf.math.abs(x))))
