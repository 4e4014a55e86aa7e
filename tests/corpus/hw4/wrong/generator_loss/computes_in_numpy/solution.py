def generator_loss(logits_fake):
    return np.mean(np.logaddexp(0, -logits_fake.numpy()))
