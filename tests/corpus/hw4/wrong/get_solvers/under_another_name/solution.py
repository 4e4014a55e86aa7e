def get_optimizers(learning_rate=1e-3, beta1=0.5):
    return tf.keras.optimizers.Adam(learning_rate, beta1), tf.keras.optimizers.Adam(learning_rate, beta1)
