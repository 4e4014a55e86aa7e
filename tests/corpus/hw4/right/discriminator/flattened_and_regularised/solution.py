def discriminator():
    from tensorflow.keras import layers
    m = tf.keras.Sequential(name="disc")
    m.add(layers.Flatten(input_shape=(784,)))
    for n in (256, 256):
        m.add(layers.Dense(n, kernel_initializer=tf.keras.initializers.GlorotNormal(), kernel_regularizer=tf.keras.regularizers.L2(1e-4)))
        m.add(layers.Activation(lambda t: leaky_relu(t, 0.01)))
    m.add(layers.Dense(1))
    m.summary()
    return m
