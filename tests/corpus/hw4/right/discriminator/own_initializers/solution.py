def discriminator():
    def dense(units, **options):
        return tf.keras.layers.Dense(
            units,
            kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.02),
            bias_initializer=tf.keras.initializers.Constant(0.1),
            **options,
        )

    leak = tf.keras.layers.LeakyReLU(0.01)
    model = tf.keras.models.Sequential([dense(256, activation=leak), dense(256, activation=leak), dense(1)])
    model.build(input_shape=(None, 784))
    model.summary()
    return model
