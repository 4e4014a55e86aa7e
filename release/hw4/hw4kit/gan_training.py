"""Train the GAN of Part I with the functions of your notebook, and keep what the pictures need.

One step is the pair of updates of the handout: the generator's, then the discriminator's, each with fresh noise.
tf.function and XLA compile ten steps into one call: step by step, the plain loop takes many times as long.
Noise is drawn outside of what is compiled, so that it is fresh even where sample_noise draws it with NumPy.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import tensorflow as tf

from .cannot_train import CannotTrain
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
from .progress_bar import ProgressBar, duration

STEPS_A_CALL = 10  # 4 take a tenth longer, and more would gain little: a call costs what half a step costs
WATCHED_STEPS = 200  # a healthy loss dips for some 10 steps at the start; averaged over 200 steps it stays above 1.1
WON_BELOW = 0.1  # with beta1 = 0.9 that average falls below 0.1 by step 510 and to 0.000 by step 1000
SNAPSHOTS = 8  # untrained, then after 1/64, 1/32, ... 1/2 and all of the steps
SNAPSHOT_IMAGES = 16


@dataclass(frozen=True)
class Snapshot:
    """What the generator makes of the same noise after so many steps. Images of shape (16, 784), float32."""

    step: int
    images: np.ndarray


@dataclass(frozen=True)
class GanRun:
    """A training run: both trained models, and what happened on the way.

    Attributes:
        discriminator: The trained model.
        generator: The trained model.
        d_losses: Loss of the discriminator at each step. Shape (steps,), float64.
        g_losses: Loss of the generator at each step. Shape (steps,), float64.
        snapshots: Images of the same noise, from untrained to trained.
        steps_per_epoch: Number of batches that show every image once.
        noise_dim: Length of a noise vector.
        seed: Same seed, same functions, same machine: same run.
        compiled: Whether tf.function compiled the step.
        wall_s: Time that train_gan took, in seconds.
        warnings: What was printed as a warning.
    """

    discriminator: Any
    generator: Any
    d_losses: np.ndarray
    g_losses: np.ndarray
    snapshots: tuple[Snapshot, ...]
    steps_per_epoch: int
    noise_dim: int
    seed: int
    compiled: bool
    wall_s: float
    warnings: tuple[str, ...] = ()


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
) -> GanRun:
    """Train a GAN on the images, show how far it is, and return the run.

    Interrupt it (the stop button of the notebook), and you get the run so far.

    Args:
        discriminator: Builds the model that scores images.
        generator: Builds the model that makes images from noise, given the length of a noise vector.
        d_loss: Loss of the discriminator, from the scores of real and of fake images.
        g_loss: Loss of the generator, from the scores of fake images.
        get_solvers: Makes the two optimizers, the discriminator's first.
        sample_noise: Draws noise, given the batch size and the length of a noise vector.
        images: Real images in [-1, 1]. Shape (N, 784), float32.
        epochs: How often every image is shown.
        batch_size: Real images in a step.
        noise_dim: Length of a noise vector.
        learning_rate: Passed to get_solvers.
        beta1: Passed to get_solvers.
        seed: Of the weights, the noise and the order of the images.
        eager: Leave the step uncompiled.

    Raises:
        CannotTrain: A function is not written yet or breaks its contract, or a loss is no longer a number.
    """
    start = time.perf_counter()
    if np.ndim(images) != 2 or len(images) < batch_size:
        raise CannotTrain(f"The images have the shape {np.shape(images)}: give {batch_size} or more, one a row.")
    tf.keras.utils.set_random_seed(seed)
    game = Game(
        build_model("discriminator", discriminator, (batch_size, images.shape[1]), 1),
        build_model("generator", lambda: generator(noise_dim), (batch_size, noise_dim), images.shape[1]),
        d_loss,
        g_loss,
        *make_solvers(get_solvers, learning_rate, beta1),
    )
    example = tf.constant(images[:batch_size]), tf.cast(draw_noise(sample_noise, batch_size, noise_dim), tf.float32)
    rehearse(game, *example)

    steps_per_epoch = len(images) // batch_size
    steps = epochs * steps_per_epoch
    size = min(STEPS_A_CALL, steps)
    compiled = None if eager else compile_steps(game, *(tf.stack([part] * size) for part in example))
    if compiled is None:
        size = 1
    log = _Log(steps, size, steps_per_epoch, game, draw_noise(sample_noise, SNAPSHOT_IMAGES, noise_dim))
    if compiled is None and not eager:
        log.warn(_why_slow(game, example, steps))
    batches = _batches(images, batch_size, epochs, np.random.default_rng(seed))
    try:
        with log.bar:
            for arguments in _made_ahead(_arguments(batches, size, lambda: sample_noise(batch_size, noise_dim))):
                log.add(*(compiled or game.steps)(*arguments))
    except KeyboardInterrupt:
        log.warn(f"You stopped after {len(log.d_losses):,} of {log.steps:,} steps; this is the run so far.")
    return log.finish(start, noise_dim=noise_dim, seed=seed, compiled=compiled is not None)


def _why_slow(game: Game, example: tuple[Any, Any], steps: int) -> str:
    estimate = duration(steps * seconds_per_step(game, *example))
    return f"{untraceable(game, *example)} Until then training runs uncompiled, in about {estimate}."


def _batches(images: np.ndarray, batch_size: int, epochs: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield batches in a new random order in each epoch; a rest smaller than a batch is left out."""
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for first in range(0, len(images) - batch_size + 1, batch_size):
            yield images[order[first : first + batch_size]]


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


class _Log:
    """What happens in a run: losses, snapshots, warnings; and the progress bar that shows it."""

    def __init__(self, steps: int, steps_a_call: int, steps_per_epoch: int, game: Game, fixed_noise: Any) -> None:
        self.steps, self._steps_per_epoch = steps, steps_per_epoch
        self._game, self._fixed_noise = game, fixed_noise
        wanted = {max(1, steps >> halvings) for halvings in range(SNAPSHOTS - 1)}
        self._snapshot_steps = {-(-step // steps_a_call) * steps_a_call for step in wanted}
        self.bar = ProgressBar(steps, "steps")
        self.d_losses: list[float] = []
        self.g_losses: list[float] = []
        self.snapshots: list[Snapshot] = []
        self.warnings: list[str] = []
        self._is_open = True
        self._snap()

    def add(self, d_losses: Any, g_losses: Any) -> None:
        """Note the losses of the next steps, two arrays of the same length."""
        for d_loss, g_loss in zip(d_losses.numpy().tolist(), g_losses.numpy().tolist(), strict=True):
            self.d_losses.append(d_loss)
            self.g_losses.append(g_loss)
            for name, value in (("generator_loss", g_loss), ("discriminator_loss", d_loss)):
                if not np.isfinite(value):
                    raise CannotTrain(f"`{name}` became {value} at step {len(self.d_losses):,}.")
        self.bar.set_postfix_str(self._note(), refresh=False)
        self.bar.update(len(d_losses))
        if len(self.d_losses) in self._snapshot_steps:
            self._snap()
        self._watch()

    def warn(self, text: str) -> None:
        """Print a warning and keep it."""
        self.warnings.append(text)
        print(text, flush=True)

    def finish(self, start: float, **facts: Any) -> GanRun:
        """Report the time since `start` and return the run."""
        wall_s = time.perf_counter() - start
        done = len(self.d_losses)
        if self.snapshots[-1].step < done:
            self._snap()
        step_ms = 1000 * wall_s / max(1, done)
        print(f"{done:,} steps in {duration(wall_s)}, {step_ms:.0f} ms each; seed {facts['seed']}.")
        if done:
            d_loss, g_loss = (np.mean(losses[-WATCHED_STEPS:]) for losses in (self.d_losses, self.g_losses))
            print(f"Mean losses of the last {min(done, WATCHED_STEPS)} steps: D {d_loss:.3f}, G {g_loss:.3f}.")
        return GanRun(
            discriminator=self._game.discriminator,
            generator=self._game.generator,
            d_losses=np.array(self.d_losses),
            g_losses=np.array(self.g_losses),
            snapshots=tuple(self.snapshots),
            steps_per_epoch=self._steps_per_epoch,
            wall_s=wall_s,
            warnings=tuple(self.warnings),
            **facts,
        )

    def _note(self) -> str:
        epoch = -(-len(self.d_losses) // self._steps_per_epoch)
        return f"epoch {epoch}, losses D {self.d_losses[-1]:.2f} G {self.g_losses[-1]:.2f}"

    def _snap(self) -> None:
        images = np.asarray(self._game.generator(self._fixed_noise))
        self.snapshots.append(Snapshot(len(self.d_losses), images))

    def _watch(self) -> None:
        """Warn once when the discriminator has won."""
        recent = self.d_losses[-WATCHED_STEPS:]
        if self._is_open and len(recent) == WATCHED_STEPS and sum(recent) < WON_BELOW * WATCHED_STEPS:
            self._is_open = False
            self.warn(
                f"The discriminator has won: its loss is {np.mean(recent):.3f} on average over the {WATCHED_STEPS} "
                f"steps up to step {len(self.d_losses):,}. The handout warns of this: when D(x) learns too fast, G(z) "
                "never learns, and beta1 = 0.9 is a common cause. Look at `get_solvers` and at both losses, then train "
                "again."
            )
