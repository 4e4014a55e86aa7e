"""The two networks of a GAN, one alternating update of both, and what must hold before they can be trained.

The functions come from a notebook and may be wrong in any way, so that each is tried once, by itself, before training.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from .cannot_train import CannotTrain


@dataclass(frozen=True)
class Game:
    """Both networks with their losses and optimizers."""

    discriminator: Any
    generator: Any
    d_loss: Callable[[Any, Any], Any]
    g_loss: Callable[[Any], Any]
    d_solver: Any
    g_solver: Any

    def step(self, real: Any, g_noise: Any, d_noise: Any) -> tuple[Any, Any]:
        """Update the generator, then the discriminator, and return their losses before the update, (d, g).

        Args:
            real: A batch of real images. Shape (batch, 784), float32.
            g_noise: Noise for the generator's update. Shape (batch, noise_dim), float32.
            d_noise: Noise for the discriminator's update; same shape.
        """
        with tf.GradientTape() as tape:
            g_loss = self.g_loss(self.discriminator(self.generator(g_noise)))
        weights = self.generator.trainable_variables
        self.g_solver.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))

        fakes = self.generator(d_noise)
        with tf.GradientTape() as tape:
            d_loss = self.d_loss(self.discriminator(real), self.discriminator(fakes))
        weights = self.discriminator.trainable_variables
        self.d_solver.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
        return d_loss, g_loss

    def steps(self, reals: Any, g_noises: Any, d_noises: Any) -> tuple[Any, Any]:
        """Do one step after the other and return the losses of all, (d, g), each of shape (n,), float32.

        Args:
            reals: Batches of real images. Shape (n, batch, 784), float32.
            g_noises: Noise for the generator's updates. Shape (n, batch, noise_dim), float32.
            d_noises: Noise for the discriminator's updates; same shape.
        """
        d_losses, g_losses = (tf.TensorArray(tf.float32, len(reals)) for _ in range(2))
        for i in tf.range(len(reals)):
            d_loss, g_loss = self.step(reals[i], g_noises[i], d_noises[i])
            d_losses = d_losses.write(i, tf.cast(d_loss, tf.float32))
            g_losses = g_losses.write(i, tf.cast(g_loss, tf.float32))
        return d_losses.stack(), g_losses.stack()


def build_model(name: str, build: Callable[..., Any], example_shape: tuple[int, int], output_width: int) -> Any:
    """Return the model that `build` makes for such inputs, once it has shown the right shape.

    Args:
        name: "discriminator" or "generator", for the messages.
        build: The student's function, ready to be called without arguments.
        example_shape: Shape of a batch of inputs.
        output_width: Numbers that the model must give for each row.

    Raises:
        CannotTrain: It is not written yet, or what it returns is no such model.
    """
    with _finished(name):
        model = build()
        if not hasattr(model, "trainable_variables"):
            raise CannotTrain(f"`{name}` returned {_what(model)}, not a Keras model.")
        output = model(tf.zeros(example_shape))
    want = (example_shape[0], output_width)
    if tuple(output.shape) != want:
        raise CannotTrain(f"The model of `{name}` turns {example_shape} into {tuple(output.shape)}, not {want}.")
    if not model.trainable_variables:
        raise CannotTrain(f"The model of `{name}` has no weights to train.")
    return model


def make_solvers(get_solvers: Callable[..., Any], learning_rate: float, beta1: float) -> tuple[Any, Any]:
    """Return the two optimizers, (of the discriminator, of the generator).

    Raises:
        CannotTrain: get_solvers is not written yet, or returns something else.
    """
    with _finished("get_solvers"):
        solvers = get_solvers(learning_rate=learning_rate, beta1=beta1)
    if not isinstance(solvers, (tuple, list)) or len(solvers) != 2:
        raise CannotTrain(f"`get_solvers` returned {_what(solvers)}, not two optimizers.")
    for solver in solvers:
        if not hasattr(solver, "apply_gradients"):
            raise CannotTrain(f"`get_solvers` returned {_what(solver)} where an optimizer belongs.")
    if solvers[0] is solvers[1]:
        raise CannotTrain("`get_solvers` returned the same optimizer twice: each network needs its own.")
    return solvers[0], solvers[1]


def draw_noise(sample_noise: Callable[[int, int], Any], batch_size: int, dim: int) -> Any:
    """Return noise from the student's function.

    Raises:
        CannotTrain: It is not written yet, or the noise has another shape.
    """
    with _finished("sample_noise"):
        noise = sample_noise(batch_size, dim)
    if tuple(np.shape(noise)) != (batch_size, dim):
        raise CannotTrain(f"`sample_noise({batch_size}, {dim})` returned {_what(noise)}, not ({batch_size}, {dim}).")
    return noise


def rehearse(game: Game, real: Any, noise: Any) -> None:
    """Compute both losses and their gradients once, without an update.

    Raises:
        CannotTrain: A loss is not written yet, is not one finite number, or does not depend on the weights.
    """
    with tf.GradientTape() as tape, _finished("generator_loss"):
        loss = game.g_loss(game.discriminator(game.generator(noise)))
    _check_loss("generator_loss", loss, tape, game.generator.trainable_variables)
    with tf.GradientTape() as tape, _finished("discriminator_loss"):
        loss = game.d_loss(game.discriminator(real), game.discriminator(game.generator(noise)))
    _check_loss("discriminator_loss", loss, tape, game.discriminator.trainable_variables)
    game.d_solver.build(game.discriminator.trainable_variables)
    game.g_solver.build(game.generator.trainable_variables)


def _check_loss(name: str, loss: Any, tape: tf.GradientTape, weights: list[Any]) -> None:
    if loss is None or np.shape(loss) != ():
        raise CannotTrain(f"`{name}` returned {_what(loss)}, not one number averaged over the batch.")
    if not np.isfinite(loss):
        raise CannotTrain(f"`{name}` returned {float(loss)} for networks that are not trained yet.")
    if not tf.is_tensor(loss) or any(gradient is None for gradient in tape.gradient(loss, weights)):
        raise CannotTrain(f"`{name}` has no gradient: .numpy(), float(), rounding or NumPy at work on a tensor cut it.")


def compile_steps(game: Game, reals: Any, noises: Any) -> Callable[..., Any] | None:
    """Return `Game.steps` compiled for such inputs; None if some function cannot be traced.

    XLA joins the many small operations of Adam and takes 0.7 of the time that tf.function alone takes. What it cannot
    compile, as tf.print or tf.py_function in a student's function, tf.function alone can.
    """
    for with_xla in (True, False):
        steps = tf.function(game.steps, jit_compile=with_xla)
        with undone(game):
            if _error_of(steps, reals, noises, noises) is None:
                return steps
    return None


def untraceable(game: Game, real: Any, noise: Any) -> str:
    """Return one sentence on what keeps tf.function from tracing the step; each function is tried by itself."""
    scores = game.discriminator(real)
    parts: dict[str, tuple[Any, ...]] = {
        "discriminator": (game.discriminator, real),
        "generator": (game.generator, noise),
        "discriminator_loss": (game.d_loss, scores, scores),
        "generator_loss": (game.g_loss, scores),
    }
    errors = {name: _error_of(tf.function(part), *arguments) for name, (part, *arguments) in parts.items()}
    failed = {name: error for name, error in errors.items() if error is not None}
    if not failed:
        return "tf.function cannot trace the updates, although it can trace each network and each loss."
    causes = " and ".join(f"`{name}` ({type(error).__name__})" for name, error in failed.items())
    return f"tf.function cannot trace {causes}: look there for .numpy(), float() or NumPy at work on a tensor."


def seconds_per_step(game: Game, real: Any, noise: Any) -> float:
    """Return the time of one uncompiled step, in seconds, with all weights as they were before."""
    with undone(game):
        game.step(real, noise, noise)  # the first step is slower
        start = time.perf_counter()
        game.step(real, noise, noise)
        return time.perf_counter() - start


@contextmanager
def undone(game: Game) -> Iterator[None]:
    """Leave all weights, those of the optimizers too, as they are now, whatever is done inside."""
    parts = (game.discriminator, game.generator, game.d_solver, game.g_solver)
    before = [(variable, variable.numpy()) for part in parts for variable in part.variables]
    try:
        yield
    finally:
        for variable, value in before:
            variable.assign(value)


def _error_of(function: Any, *arguments: Any) -> Exception | None:
    try:
        function(*arguments)
    except Exception as error:  # whatever the student's code makes of a symbolic tensor
        return error
    return None


@contextmanager
def _finished(name: str) -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:
        text = f"`{name}` is not written yet, or needs one that is not: write it, run its cell, then this one again."
        raise CannotTrain(text) from error


def _what(value: Any) -> str:
    if value is None:
        return "None"
    return f"an array of shape {tuple(value.shape)}" if hasattr(value, "shape") else f"{type(value).__name__}"
