generator_loss = Losses.of_generator
