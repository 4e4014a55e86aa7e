def generator_loss(logits_fake):
    return tf.random.uniform(())
