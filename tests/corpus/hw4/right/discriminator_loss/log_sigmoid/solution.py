def discriminator_loss(logits_real, logits_fake):
    # log(1 - sigmoid(x)) = log(sigmoid(-x))
    return -tf.reduce_mean(tf.math.log_sigmoid(logits_real)) - tf.reduce_mean(tf.math.log_sigmoid(-logits_fake))
