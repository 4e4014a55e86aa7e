def generator_loss(logits_fake):
    """Return the loss of the generator in nats, averaged over the batch.

    Args:
        logits_fake: Scores of fake images. Shape (batch, 1), float32.

    Returns:
        Tensor of shape (), float32; finite for scores of 1e4.
    """
    wanted = tf.ones_like(logits_fake)  # the generator wants its images to be classified as real
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=wanted, logits=logits_fake))
