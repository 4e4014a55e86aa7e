"""Carlini and Wagner's L0 attack on many images at once: as few changed pixels as possible."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from .attacked import Attacked, Goal, Logits, Objective, as_arrays, margin
from .descent import Descent, squared_l2

SAME = 1 / 512  # a change below half a step of 8-bit pixels is no change


@dataclass(frozen=True)
class Settings:
    """How the attack searches.

    Attributes:
        rounds: L2 attacks in all, at most.
        iterations: Of each L2 attack.
        learning_rate: Adam's, in the units of w.
        initial_constant: The first c.
        doublings: So often c doubles for one set of pixels, before the set counts as too small.
        dropped: Share of the set that is dropped at once; where that is too much, half as many are tried, down to one.
    """

    rounds: int = 60
    iterations: int = 100
    learning_rate: float = 0.3
    initial_constant: float = 1.0
    doublings: int = 3
    dropped: float = 0.2


def l0_attack(
    logits: Logits, objective: Objective, images: Any, targets: Any, *,
    kappa: float = 0.0, settings: Settings = Settings(),
) -> Attacked:  # fmt: skip
    """Search for the fewest pixels whose change makes a network say the target classes.

    Carlini and Wagner 2017, section VI, B: an L2 attack that may change a set of pixels only, first all of them. From
    what it finds, the pixels with the smallest g_i delta_i leave the set: g is the gradient of f (here of the margin in
    f, as a rectified f has none where it is reached), delta the change. The next L2 attack begins with the last image
    found (warm start), and c doubles until it works. The set shrinks until none works. Here several pixels leave at
    once while the set is large.

    Args:
        logits: The network: images (n, 784) to logits Z (n, 10), in TensorFlow.
        objective: f: logits Z (n, 10) and targets t (n,), int64, to the loss of each image (n,).
        images: x. Shape (n, 784), in [0, 1].
        targets: t, the class that the network should say. Shape (n,).
        kappa: By how much more than this Z_t must exceed each other logit.
        settings: How to search.

    Returns:
        `distances` is the number of changed pixels.
    """
    x, t = as_arrays(images, targets)
    goal = Goal(logits, objective, tf.constant(t), kappa)
    descent = Descent(x, goal, settings.learning_rate, size=squared_l2)
    sets = [_PixelSet(image, settings) for image in x]
    with ProgressBar(settings.rounds, "rounds") as bar:
        for _ in range(settings.rounds):
            allowed = np.stack([one.tried for one in sets])
            start = np.where(allowed, np.stack([one.best for one in sets]), x)
            constants = np.array([one.c for one in sets])
            closest, squared = descent.run(start, constants, settings.iterations, abort_early=False, may_change=allowed)
            gradients = _gradients(goal, closest)
            for number, one in enumerate(sets):
                one.learn(closest[number] if np.isfinite(squared[number]) else None, gradients[number])
            bar.update()
            if all(one.is_done for one in sets):
                break
    found = np.array([one.found for one in sets], dtype=bool)
    counts = np.array([one.pixels for one in sets], dtype=np.float64)
    constants = np.array([one.works_at for one in sets], dtype=np.float64)
    images_found = np.stack([one.best for one in sets])
    return Attacked(images_found, found, np.where(found, counts, np.nan), np.where(found, constants, np.nan))


class _PixelSet:
    """The pixels of one image that may change, and the set that is tried next."""

    def __init__(self, image: np.ndarray, settings: Settings) -> None:
        self.image, self.settings = image, settings
        self.best, self.found, self.is_done = image, False, False
        self.tried = np.ones(image.shape, dtype=bool)
        self.order = np.arange(0)  # the pixels that the best image changes, the least important first
        self.c, self.works_at, self.tries = settings.initial_constant, np.nan, 0
        self.leave = 0

    @property
    def pixels(self) -> int:
        """How many pixels the best image changes."""
        return int((self.best != self.image).sum())

    def learn(self, found: np.ndarray | None, gradient: np.ndarray) -> None:
        """Choose the next set and constant from what was found with these: an image, or None."""
        if self.is_done:
            return
        if found is not None:
            self._shrink(found, gradient)
        elif self.tries < self.settings.doublings or not self.found:
            self.c, self.tries = self.c * 2, self.tries + 1
        else:
            self._drop(self.leave // 2)

    def _shrink(self, found: np.ndarray, gradient: np.ndarray) -> None:
        self.found, self.works_at, self.best = True, self.c, found
        change = np.where(self.tried, found - self.image, 0)
        changed = np.flatnonzero(change)
        self.order = changed[np.argsort(np.abs(gradient * change)[changed])]
        unimportant = int((np.abs(change[changed]) < SAME).sum())
        self._drop(max(unimportant, int(self.settings.dropped * len(changed)), 1))

    def _drop(self, count: int) -> None:
        self.leave, self.tries, self.c = count, 0, self.works_at
        self.is_done = count == 0 or len(self.order) <= 1
        self.tried = np.zeros(self.image.shape, dtype=bool)
        self.tried[self.order[count:]] = True


def _gradients(goal: Goal, images: np.ndarray) -> np.ndarray:
    """Return the gradient of the margin at each image; that of f is 0 wherever a rectified f is. Shape (n, 784)."""
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        margins = margin(goal.logits(x), goal.targets)
    return tape.gradient(margins, x).numpy()
