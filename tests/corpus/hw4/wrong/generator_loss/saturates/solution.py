def generator_loss(logits_fake):
    # the minimax form: log(1 - D(G(z)))
    return tf.reduce_mean(tf.math.log_sigmoid(-logits_fake))
