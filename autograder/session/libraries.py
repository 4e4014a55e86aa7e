"""The libraries of the notebooks, loaded and used once before student processes are forked."""

import importlib
from collections.abc import Iterable
from typing import Any

import cell_shell
import older_numpy


def load(names: Iterable[str]) -> Any:
    """Import what all notebooks use and the libraries of these names, use it once, and return the shell for cells."""
    import numpy
    import PIL.Image

    shell = cell_shell.make_shell()
    PIL.Image.preinit()
    numpy.random.default_rng()
    older_numpy.restore(numpy)
    for name in names:
        importlib.import_module(name)
        WARM_UP.get(name, lambda: None)()
    return shell


def run_operations_directly() -> None:
    """Let TensorFlow run the kernel of an operation at once, instead of a graph of one node that it makes for it.

    The kernels are the same. Making the graphs costs each process 0.15 s for the models of the handout.
    """
    from tensorflow.python import pywrap_tfe

    name = "TFE_ContextOptionsSetRunEagerOpAsFunction"
    set_option = getattr(pywrap_tfe, name, None)  # other versions of TensorFlow do as they do
    if set_option is not None:
        setattr(pywrap_tfe, name, lambda options, _: set_option(options, False))


def warm_up_tensorflow() -> None:
    """Use a model, a tape and an optimizer once, so that no student process does what only the first use takes.

    Compiling the kernels of matrix products and filling caches costs a process 0.07 s. The context that was used has
    threads, which no fork has; a fresh one, made by the first operation of a process, starts its own.
    """
    import tensorflow as tf
    from tensorflow.python.eager import context

    run_operations_directly()
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [tf.keras.Input((4,)), layers.Dense(4), layers.LeakyReLU(), layers.Dense(1, activation="tanh")]
    )
    with tf.GradientTape() as tape:
        output = model(tf.ones((2, 4)))
        loss = tf.keras.losses.BinaryCrossentropy(from_logits=True)(tf.ones_like(output), output)
    gradients = tape.gradient(loss, model.trainable_variables)
    tf.keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    del model, tape, output, loss, gradients
    tf.keras.utils.clear_session()
    context._reset_context()


WARM_UP = {"tensorflow": warm_up_tensorflow}
