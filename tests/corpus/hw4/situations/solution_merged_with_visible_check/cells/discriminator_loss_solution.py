def discriminator_loss(logits_real, logits_fake):
    """Return the loss of the discriminator in nats, averaged over the batch.

    Args:
        logits_real: Scores of real images. Shape (batch, 1), float32.
        logits_fake: Scores of fake images. Shape (batch, 1), float32.

    Returns:
        Tensor of shape (), float32; finite for scores of 1e4.
    """
    cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits
    on_real = cross_entropy(labels=tf.ones_like(logits_real), logits=logits_real)
    on_fake = cross_entropy(labels=tf.zeros_like(logits_fake), logits=logits_fake)
    return tf.reduce_mean(on_real) + tf.reduce_mean(on_fake)

with visible_check("discriminator_loss") as see:
    zero = tf.zeros((4, 1))
    loss = discriminator_loss(zero, zero)
    see("a TensorFlow tensor", tf.is_tensor(loss), type(loss).__name__)
    see("one number, shape ()", np.shape(loss) == (), np.shape(loss))
    see("1.3863 where every score is 0", np.allclose(loss, 1.38629), np.array(loss))
    real, fake = tf.constant([[2.0], [-1.0]]), tf.constant([[0.5], [-3.0]])
    loss = discriminator_loss(real, fake)
    see("1.2314 for real scores 2, -1 and fake ones 0.5, -3", np.allclose(loss, 1.23143), np.array(loss))
    loss = discriminator_loss(zero + 1e4, zero - 1e4)
    see("0 where it is sure and right", np.allclose(loss, 0, atol=1e-6), np.array(loss))
    loss = discriminator_loss(zero - 1e4, zero + 1e4)
    see("20,000 where it is sure and wrong", np.allclose(loss, 20_000), np.array(loss))
