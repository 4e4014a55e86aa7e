def generator_loss(logits_fake):
    return None
