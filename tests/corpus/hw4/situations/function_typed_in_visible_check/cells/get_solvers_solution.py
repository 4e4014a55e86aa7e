def get_solvers(learning_rate=1e-3, beta1=0.5):
    """Return the optimizers of both networks.

    Args:
        learning_rate: Learning rate of both.
        beta1: Decay of Adam's running mean of gradients, in both.

    Returns:
        Two Adam optimizers, (D_solver, G_solver).
    """
    raise NotImplementedError("Replace this line with your code, then run the cell again.")
