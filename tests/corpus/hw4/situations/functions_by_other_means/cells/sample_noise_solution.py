try:
    source = tf.random.Generator.from_non_deterministic_state()
except Exception:
    source = None
if source is None:
    def sample_noise(batch_size, dim):
        return tf.random.uniform((batch_size, dim), -1.0, 1.0)
else:
    def sample_noise(batch_size, dim):
        return source.uniform((batch_size, dim), -1.0, 1.0)
