"""Train the GAN of Part I with the functions of your notebook, and keep what the pictures need.

One step is the pair of updates of the handout: the generator's, then the discriminator's, each with fresh noise.
tf.function and XLA compile ten steps into one call: step by step, the plain loop takes many times as long.
Noise is drawn outside of what is compiled, so that it is fresh even where sample_noise draws it with NumPy.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .cannot_train import STOPPED_EARLY, CannotTrain
from .gan_checkpoint import GanCheckpoint, identity_of
from .gan_game import (
    Game,
    build_model,
    compile_steps,
    draw_noise,
    make_solvers,
    rehearse,
    seconds_per_step,
    untraceable,
)
from .gan_progress import SNAPSHOT_IMAGES, Progress, Shown
from .gan_run import GanRun
from .progress_bar import duration
from .stop_button import StopButton

STEPS_A_CALL = 10  # 4 take a tenth longer, and more would gain little: a call costs what half a step costs
SAVE_EVERY_S = 30.0  # a checkpoint is 27 MB and takes about 50 ms to write


def train_gan(
    discriminator: Callable[[], Any],
    generator: Callable[[int], Any],
    d_loss: Callable[[Any, Any], Any],
    g_loss: Callable[[Any], Any],
    get_solvers: Callable[..., Any],
    sample_noise: Callable[[int, int], Any],
    images: np.ndarray,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    noise_dim: int = 96,
    learning_rate: float = 1e-3,
    beta1: float = 0.5,
    seed: int = 0,
    eager: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
) -> GanRun:
    """Train a GAN on the images, show how far it is, and return the run.

    Interrupt it (the stop button of the notebook), and you get the run so far.
    A run that goes on from a checkpoint draws other noise than one that was never stopped.

    Args:
        discriminator: Builds the model that scores images.
        generator: Builds the model that makes images from noise, given the length of a noise vector.
        d_loss: Loss of the discriminator, from the scores of real and of fake images.
        g_loss: Loss of the generator, from the scores of fake images.
        get_solvers: Makes the two optimizers, the discriminator's first.
        sample_noise: Draws noise, given the batch size and the length of a noise vector.
        images: Real images in [-1, 1]. Shape (N, 784), float32.
        epochs: How often every image is shown; what a checkpoint has done counts.
        batch_size: Real images in a step.
        noise_dim: Length of a noise vector.
        learning_rate: Passed to get_solvers.
        beta1: Passed to get_solvers.
        seed: Of the weights, the noise and the order of the images.
        eager: Leave the step uncompiled.
        checkpoint: File to go on from, and to save to every 30 seconds, at the end and when you stop; None: neither.

    Raises:
        CannotTrain: A function is not written yet or breaks its contract, or a loss is no longer a number.
    """
    if np.ndim(images) != 2 or len(images) < batch_size:
        raise CannotTrain(f"The images have the shape {np.shape(images)}: give {batch_size} or more, one a row.")
    print("Trying your functions.", flush=True)
    tf.keras.utils.set_random_seed(seed)
    steps_per_epoch = len(images) // batch_size
    try:
        game = Game(
            build_model("discriminator", discriminator, (batch_size, images.shape[1]), 1),
            build_model("generator", lambda: generator(noise_dim), (batch_size, noise_dim), images.shape[1]),
            d_loss,
            g_loss,
            *make_solvers(get_solvers, learning_rate, beta1),
        )
        noise = draw_noise(sample_noise, batch_size, noise_dim)
        example = tf.constant(images[:batch_size]), tf.cast(noise, tf.float32)
        rehearse(game, *example)
        fixed_noise = draw_noise(sample_noise, SNAPSHOT_IMAGES, noise_dim)
        progress = Progress(epochs * steps_per_epoch, STEPS_A_CALL, steps_per_epoch, game, fixed_noise)
        file = None
        if checkpoint is not None:
            functions = discriminator, generator, d_loss, g_loss, get_solvers, sample_noise
            identity = identity_of(game, functions, images, noise_dim, (batch_size, seed, learning_rate, beta1))
            file = GanCheckpoint(Path(checkpoint), game, identity)
            file.load(progress)
        steps = None if eager or progress.is_finished else _compiled(game, example, progress)
    except KeyboardInterrupt:
        raise CannotTrain(STOPPED_EARLY) from None
    if not progress.is_finished:
        tf.keras.utils.set_random_seed(seed + progress.done)
        batches = _batches(images, batch_size, epochs, np.random.default_rng(seed), progress.done)
        size = 1 if steps is None else STEPS_A_CALL
        arguments = _arguments(batches, size, lambda: sample_noise(batch_size, noise_dim))
        _train(steps or game.steps, arguments, progress, file)
    return progress.run(noise_dim=noise_dim, seed=seed, compiled=steps is not None)


def _compiled(game: Game, example: tuple[Any, Any], progress: Progress) -> Callable[..., Any] | None:
    """Return `Game.steps` compiled; None, with a warning, if some function cannot be traced."""
    print("Compiling ten steps into one call, which takes some seconds.", flush=True)
    size = min(STEPS_A_CALL, progress.steps - progress.done)
    steps = compile_steps(game, *(tf.stack([part] * size) for part in example))
    if steps is None:
        estimate = duration((progress.steps - progress.done) * seconds_per_step(game, *example))
        progress.warn(f"{untraceable(game, *example)} Until then training runs uncompiled, in about {estimate}.")
    return steps


def _train(
    steps: Callable[..., Any], arguments: Iterator[tuple[Any, ...]], progress: Progress, file: GanCheckpoint | None
) -> None:
    """Do the steps that are left, or those until somebody presses stop; afterwards the file is up to date.

    Raises:
        CannotTrain: A loss is no longer a number, or there was no step.
    """
    shown, saved = Shown(progress), time.perf_counter()
    try:
        with StopButton() as button:
            for each in _made_ahead(arguments):
                progress.add(*steps(*each))
                shown.update(len(each[0]))
                if button.pressed:
                    break
                if file and time.perf_counter() - saved > SAVE_EVERY_S:
                    file.save(progress)
                    saved = time.perf_counter()
        if progress.is_finished:
            progress.close()
        if file and progress.done:
            file.save(progress)
    except KeyboardInterrupt:  # a second stop, in the middle of a step: the file stays as it was saved before
        pass
    finally:
        shown.close()
    if not progress.done:
        raise CannotTrain(STOPPED_EARLY)
    if not progress.is_finished:
        progress.close()
        resumes = f"run this cell again to go on from {file.steps_saved:,}" if file else "this is the run so far"
        progress.warn(f"You stopped after {progress.done:,} of {progress.steps:,} steps; {resumes}.")


def _batches(
    images: np.ndarray, batch_size: int, epochs: int, rng: np.random.Generator, done: int
) -> Iterator[np.ndarray]:  # fmt: skip
    """Yield batches in a new random order in each epoch, but for those that are done; a smaller rest is left out."""
    for first in range(0, epochs * (per_epoch := len(images) // batch_size), per_epoch):
        order = rng.permutation(len(images))
        for number in range(max(0, done - first), per_epoch):
            yield images[order[number * batch_size : (number + 1) * batch_size]]


def _arguments(batches: Iterator[np.ndarray], size: int, draw: Callable[[], Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what `Game.steps` takes for so many steps at a time: real images, and two noises for each batch of them."""
    while reals := list(islice(batches, size)):
        noises = [[tf.cast(draw(), tf.float32) for _ in range(2)] for _ in reals]
        yield tf.constant(np.stack(reals)), *map(tf.stack, zip(*noises, strict=True))


def _made_ahead(items: Iterator[Any]) -> Iterator[Any]:
    """Yield the items, each made in another thread while the one before is in use."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item
