def sample_noise(batch_size, dim):
    """Return new noise, uniform from -1 to 1.

    Args:
        batch_size: Number of noise vectors.
        dim: Length of a noise vector.

    Returns:
        Tensor of shape (batch_size, dim), float32.
    """
    return tf.random.uniform((batch_size, dim), minval=-1.0, maxval=1.0)  # float32 by default

with visible_check("sample_noise") as see:
    z, again = sample_noise(50, 7), sample_noise(50, 7)
    kind = f"{type(z).__name__} of {tf.as_dtype(z.dtype).name}"
    see("a TensorFlow tensor of float32", tf.is_tensor(z) and z.dtype == tf.float32, kind)
    see("its shape is (50, 7)", tuple(z.shape) == (50, 7), tuple(z.shape))
    low, high = float(np.min(z)), float(np.max(z))
    reach = -1 <= low < -0.99 and 0.99 < high < 1
    see("the numbers reach from -1 to 1, not beyond", reach, f"{low:.3f} to {high:.3f}")
    middle = float(np.mean(np.abs(z) < 0.5))
    see("half of them lie between -0.5 and 0.5", abs(middle - 0.5) < 0.05, f"{middle:.1%}")
    same = float(np.mean(np.equal(z, again)))
    see("a second call draws different numbers", same < 0.01, f"{same:.0%} of them the same")
