def leaky_relu(x, alpha=0.01):
    """Return x where x is not negative, and alpha times x where it is.

    Args:
        x: Tensor of any shape, of a float dtype.
        alpha: Slope for negative inputs, between 0 and 1.

    Returns:
        Tensor of the same shape and dtype.
    """
    raise NotImplementedError("Replace this line with your code, then run the cell again.")
