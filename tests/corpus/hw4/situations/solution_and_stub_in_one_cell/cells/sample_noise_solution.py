def sample_noise(batch_size, dim):
    return tf.random.uniform((batch_size, dim), -1, 1)


def sample_noise(batch_size, dim):
    """Return new noise, uniform from -1 to 1.

    Args:
        batch_size: Number of noise vectors.
        dim: Length of a noise vector.

    Returns:
        Tensor of shape (batch_size, dim), float32.
    """
    raise NotImplementedError("Replace this line with your code, then run the cell again.")
