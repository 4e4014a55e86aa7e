gpus = tf.config.list_physical_devices("GPU")
tf.config.experimental.set_memory_growth(gpus[0], True)
def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), -1.0, 1.0)
