"""Carlini and Wagner's L2 attack on many images at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from .attacked import Attacked, Further, Goal, Logits, Objective, as_arrays
from .descent import Descent, squared_l2

LARGEST_CONSTANT = 1e10


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
    search, best = _ConstantSearch(len(x), settings.initial_constant), _Best(x)
    goal = Goal(logits, objective, tf.constant(t), kappa, further)
    descent = Descent(x, goal, settings.learning_rate, size=squared_l2)
    with ProgressBar(settings.binary_search_steps, "constants") as progress:
        for _ in range(settings.binary_search_steps):
            closest, squared = descent.run(x, search.constants, settings.iterations, abort_early=settings.abort_early)
            best.keep(closest, squared, search.constants)
            search.learn(np.isfinite(squared))
            progress.update()
    return best.attacked()


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
