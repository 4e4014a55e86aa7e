run = train_gan(
    discriminator,
    generator,
    discriminator_loss,
    generator_loss,
    get_solvers,
    sample_noise,
    images,
    epochs=3,
    batch_size=128,
    noise_dim=96,
    learning_rate=1e-3,
    beta1=0.5,
    seed=SEED,
)
run
