"""Carlini and Wagner's L-infinity attack on many images at once: no pixel changes much."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from .attacked import Attacked, Goal, Logits, Objective, as_arrays
from .descent import Descent

SHRINK = 0.9  # of tau, as in the paper
FIRST = 3  # times as many iterations for the first tau, 1, which begins far from the target class
SMALLEST = 1 / 256  # of tau, in the paper's program: one step of 8-bit pixels


@dataclass(frozen=True)
class Settings:
    """How the attack searches.

    Attributes:
        rounds: Descents in all, at most.
        iterations: Of each descent.
        learning_rate: Adam's, in the units of w.
        initial_constant: The first c.
        doublings: So often c doubles for one tau, before this tau counts as too small.
    """

    rounds: int = 40
    iterations: int = 100
    learning_rate: float = 0.1
    initial_constant: float = 0.1
    doublings: int = 6


def linf_attack(
    logits: Logits, objective: Objective, images: Any, targets: Any, *,
    kappa: float = 0.0, settings: Settings = Settings(),
) -> Attacked:  # fmt: skip
    """Search for the smallest change in L-infinity that makes a network say the target classes.

    minimize sum_i max(|x'_i - x_i| - tau, 0) + c f(Z(x'))            Carlini and Wagner 2017, section VI, C

    The largest change alone would give a gradient to one pixel at a time. So every pixel pays for what exceeds tau.
    Once an image is found whose changes all stay below tau, tau becomes .9 of its largest change and the next descent
    begins there; where none is found, c doubles. It ends where no c works.

    Args:
        logits: The network: images (n, 784) to logits Z (n, 10), in TensorFlow.
        objective: f: logits Z (n, 10) and targets t (n,), int64, to the loss of each image (n,).
        images: x. Shape (n, 784), in [0, 1].
        targets: t, the class that the network should say. Shape (n,).
        kappa: By how much more than this Z_t must exceed each other logit.
        settings: How to search.

    Returns:
        `distances` is the largest change of a pixel.
    """
    x, t = as_arrays(images, targets)
    goal = Goal(logits, objective, tf.constant(t), kappa)
    descent = Descent(x, goal, settings.learning_rate, size=_beyond, measure=_largest)
    tau, smallest, best = np.ones(len(x)), np.full(len(x), np.inf), x.copy()
    c, works_at = np.full(len(x), settings.initial_constant), np.full(len(x), np.nan)
    tries, is_done = np.zeros(len(x), dtype=int), np.zeros(len(x), dtype=bool)
    with ProgressBar(settings.rounds, "rounds") as bar:
        for number in range(settings.rounds):
            iterations = settings.iterations * (1 if number else FIRST)
            closest, largest = descent.run(best, c, iterations, abort_early=False, limits=tau)
            better = (largest < smallest) & (largest <= tau) & ~is_done
            best[better], smallest[better], works_at[better] = closest[better], largest[better], c[better]
            tau, tries = np.where(better, SHRINK * largest, tau), np.where(better, 0, tries + 1)
            is_done |= (tries > settings.doublings) & np.isfinite(smallest) | (tau < SMALLEST)
            c = np.where(better | is_done, c, 2 * c)
            bar.update()
            if is_done.all():
                break
    found = np.isfinite(smallest)
    return Attacked(best, found, np.where(found, smallest, np.nan), works_at)


def _beyond(change: tf.Tensor, tau: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.nn.relu(tf.abs(change) - tau[:, None]), axis=1)


def _largest(change: tf.Tensor, tau: tf.Tensor) -> tf.Tensor:
    return tf.reduce_max(tf.abs(change), axis=1)
