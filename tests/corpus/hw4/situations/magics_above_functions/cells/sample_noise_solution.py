%load_ext memory_profiler
%matplotlib qt
%memory
def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), -1.0, 1.0)
