import jax

leaky_relu = jax.jit(lambda x, alpha=0.01: jax.numpy.where(x >= 0, x, alpha * x))
