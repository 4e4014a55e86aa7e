%%wandb
def generator_loss(logits_fake):
    return tf.reduce_mean(tf.nn.softplus(-logits_fake))
