def generator_loss(logits_fake):
    total = 0.0
    for i in range(logits_fake.shape[0]):
        total += tf.nn.softplus(-logits_fake[i, 0])
    return total / logits_fake.shape[0]
