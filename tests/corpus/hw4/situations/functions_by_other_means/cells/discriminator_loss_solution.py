class Losses:
    entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)

    @classmethod
    def of_generator(cls, scores):
        return cls.entropy(tf.ones_like(scores), scores)

    @classmethod
    def of_discriminator(cls, real, fake):
        return cls.of_generator(real) + cls.entropy(tf.zeros_like(fake), fake)


discriminator_loss = tf.function(Losses.of_discriminator)
