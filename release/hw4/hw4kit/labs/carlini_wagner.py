"""Carlini and Wagner's L2 attack on many images at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from .attacked import Attacked, Further, Goal, Logits, Objective, as_arrays

INSIDE = 0.999999  # arctanh of a pixel of exactly 0 or 1 is infinite; the authors' program shrinks by as much
ABORT_CHECKS = 10  # so many times in the iterations, early abort looks whether the loss still falls
STILL_FALLS = 0.9999  # of the loss at the check before, as in the authors' program
LARGEST_CONSTANT = 1e10
ADAM_MEAN, ADAM_SQUARE, ADAM_EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Settings:
    """How long and how fast the attack searches; the paper has 20 steps of 10,000 iterations.

    Attributes:
        binary_search_steps: How many constants c are tried for each image.
        iterations: Steps of Adam for each constant.
        learning_rate: Adam's, in the units of w.
        initial_constant: The first c.
        abort_early: Whether a constant is given up once the sum of all losses falls no more.
    """

    binary_search_steps: int = 6
    iterations: int = 300
    learning_rate: float = 0.05
    initial_constant: float = 0.1
    abort_early: bool = True


def l2_attack(
    logits: Logits, objective: Objective, images: Any, targets: Any, *,
    kappa: float = 0.0, further: Further | None = None, settings: Settings = Settings(),
) -> Attacked:  # fmt: skip
    """Search for the smallest change in L2 that makes a network say the target classes.

    minimize |x' - x|^2 + c f(Z(x')), x' = (tanh(w) + 1) / 2          Carlini and Wagner 2017, sections V and VI

    Adam changes w. Binary search finds for each image the smallest c that works: c grows tenfold until one does. The
    closest x' of all iterations is kept at which Z_t exceeds each other logit by more than kappa.

    Args:
        logits: The network: images (n, 784) to logits Z (n, 10), in TensorFlow.
        objective: f: logits Z (n, 10) and targets t (n,), int64, to the loss of each image (n,). A kappa in f that
            differs from `kappa` makes the attack stop too early or search in vain.
        images: x. Shape (n, 784), in [0, 1].
        targets: t, the class that the network should say. Shape (n,).
        kappa: Confidence.
        further: A term of the image that is added to f, for an attack that must also deceive a detector: images
            (n, 784) and targets to (n,). An x' counts as found only where this term is at most 0.
        settings: How long to search.
    """
    x, t = as_arrays(images, targets)
    search = _ConstantSearch(len(x), settings.initial_constant)
    best = _Best(x)
    descent = _Descent(x, Goal(logits, objective, tf.constant(t), kappa, further), settings.learning_rate)
    with ProgressBar(settings.binary_search_steps * settings.iterations, "iterations") as progress:
        for step in range(settings.binary_search_steps):
            found = descent.run(search.constants, settings, progress)
            best.keep(*found, search.constants)
            search.learn(np.isfinite(found[1]))
            progress.update((step + 1) * settings.iterations - progress.n)
    return best.attacked()


class _Descent:
    """Adam on w for every image, compiled once and run for one set of constants after the other."""

    def __init__(self, x: np.ndarray, goal: Goal, learning_rate: float) -> None:
        self.x, self.goal, self.rate = tf.constant(x), goal, learning_rate
        self.w = tf.constant(np.arctanh((2 * x.astype(np.float64) - 1) * INSIDE).astype(np.float32))
        self.compiled = tf.function(self._iterations)

    def run(self, constants: np.ndarray, settings: Settings, progress: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the closest image reached with these constants, and its squared distance; inf where none was."""
        zeros = tf.zeros_like(self.w)
        state = (self.w, zeros, zeros, self.x, tf.fill([len(self.x)], np.float32(np.inf)))
        c, before, done = tf.constant(constants, tf.float32), np.inf, 0
        while done < settings.iterations:
            count = min(-(-settings.iterations // ABORT_CHECKS), settings.iterations - done)
            state, loss = self.compiled(state, c, tf.constant(done), tf.constant(count))
            done += count
            progress.update(count)
            if settings.abort_early and float(loss) > STILL_FALLS * before:
                break
            before = float(loss)
        return state[3].numpy(), state[4].numpy()

    def _iterations(self, state: tuple, c: tf.Tensor, done: tf.Tensor, count: tf.Tensor) -> tuple[tuple, tf.Tensor]:
        loss = tf.constant(0.0)
        for number in tf.range(done, done + count):
            state, loss = self._iteration(state, c, tf.cast(number + 1, tf.float32))
        return state, loss

    def _iteration(self, state: tuple, c: tf.Tensor, number: tf.Tensor) -> tuple[tuple, tf.Tensor]:
        w, mean, square, best, best_distance = state
        with tf.GradientTape() as tape:
            tape.watch(w)
            x = (tf.tanh(w) + 1) / 2
            distance = tf.reduce_sum(tf.square(x - self.x), axis=1)
            f, reached = self.goal.terms(x)
            loss = tf.reduce_sum(distance + c * f)
        closer = reached & (distance < best_distance)
        best = tf.where(closer[:, None], x, best)
        best_distance = tf.where(closer, distance, best_distance)
        gradient = tape.gradient(loss, w)
        mean = ADAM_MEAN * mean + (1 - ADAM_MEAN) * gradient
        square = ADAM_SQUARE * square + (1 - ADAM_SQUARE) * tf.square(gradient)
        rate = self.rate * tf.sqrt(1 - ADAM_SQUARE**number) / (1 - ADAM_MEAN**number)
        return (w - rate * mean / (tf.sqrt(square) + ADAM_EPSILON), mean, square, best, best_distance), loss


class _ConstantSearch:
    """Binary search for the smallest constant that works, one for each image."""

    def __init__(self, count: int, initial: float) -> None:
        self.constants = np.full(count, initial)
        self.too_small, self.works = np.zeros(count), np.full(count, np.inf)

    def learn(self, worked: np.ndarray) -> None:
        """Choose the next constants: between what works and what does not, or ten times as large."""
        self.works = np.where(worked, np.minimum(self.works, self.constants), self.works)
        self.too_small = np.where(worked, self.too_small, np.maximum(self.too_small, self.constants))
        between = (self.too_small + np.where(np.isfinite(self.works), self.works, 0)) / 2
        larger = np.minimum(self.constants * 10, LARGEST_CONSTANT)
        self.constants = np.where(np.isfinite(self.works), between, larger)


class _Best:
    """The closest image of all constants."""

    def __init__(self, x: np.ndarray) -> None:
        self.images, self.squared = x.copy(), np.full(len(x), np.inf)
        self.constants = np.full(len(x), np.nan)

    def keep(self, images: np.ndarray, squared: np.ndarray, constants: np.ndarray) -> None:
        closer = squared < self.squared
        self.images[closer], self.squared[closer] = images[closer], squared[closer]
        self.constants[closer] = constants[closer]

    def attacked(self) -> Attacked:
        found = np.isfinite(self.squared)
        return Attacked(self.images, found, np.sqrt(np.where(found, self.squared, np.nan)), self.constants)
