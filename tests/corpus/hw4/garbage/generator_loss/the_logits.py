def generator_loss(logits_fake):
    return logits_fake
