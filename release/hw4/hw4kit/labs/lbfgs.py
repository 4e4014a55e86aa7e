"""The L-BFGS attack of Szegedy et al. (2014), as Carlini and Wagner describe it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from ..progress_bar import ProgressBar
from .attacked import Attacked, Goal, Logits, Objective, as_arrays
from .together import Together


@dataclass(frozen=True)
class Settings:
    """How long the attack searches.

    Attributes:
        line_search_steps: How many constants c are tried for each image.
        iterations: Of L-BFGS, for each constant.
        initial_constant: The first c.
        factor: By this c grows while it works, and shrinks while none does.
    """

    line_search_steps: int = 8
    iterations: int = 60
    initial_constant: float = 0.1
    factor: float = 8.0


def lbfgs_attack(
    logits: Logits, objective: Objective, images: Any, targets: Any, *,
    kappa: float = 0.0, settings: Settings = Settings(),
) -> Attacked:  # fmt: skip
    """Search for the smallest change in L2 that makes a network say the target classes.

    minimize c |x' - x|^2 + f(Z(x')) such that x' in [0, 1]^n         Carlini and Wagner 2017, section III

    SciPy's L-BFGS-B solves this for each image on its own, with the box as bounds; the solvers run side by side, so
    that the network is asked about all images at once. Here c weighs the *distance*: the larger it
    is, the closer the solution, until none is found; a search by factors and then by halves (of log c) looks for the
    largest that works. In the paper f is the cross-entropy; any other objective can be given.

    Args:
        logits: The network: images (n, 784) to logits Z (n, 10), in TensorFlow.
        objective: f: logits Z (n, 10) and targets t (n,), int64, to the loss of each image (n,).
        images: x. Shape (n, 784), in [0, 1].
        targets: t, the class that the network should say. Shape (n,).
        kappa: By how much more than this Z_t must exceed each other logit.
        settings: How long to search.
    """
    x, t = as_arrays(images, targets)
    if not len(x):
        return Attacked(x, np.zeros(0, bool), np.zeros(0), np.zeros(0))
    problems = _Problems(x, Goal(logits, objective, tf.constant(t), kappa), settings)
    # Threads of SciPy's linear algebra, for vectors of a few hundred numbers, would take most of the time.
    with ProgressBar(len(x) * settings.line_search_steps, "problems") as bar, threadpool_limits(1, user_api="blas"):
        found = problems.together.run(problems.closest, lambda: bar.update(problems.solved - bar.n))
    constants = np.array([np.nan if one is None else one[1] for one in found])
    closest = np.stack([image if one is None else one[0] for image, one in zip(x, found, strict=True)])
    distances = np.linalg.norm(closest.astype(np.float64) - x, axis=1)
    return Attacked(closest, np.isfinite(constants), np.where(np.isfinite(constants), distances, np.nan), constants)


class _Problems:
    """What L-BFGS minimizes for each image, and the search for its constant."""

    def __init__(self, x: np.ndarray, goal: Goal, settings: Settings) -> None:
        self.x, self.settings, self.solved = x, settings, 0

        @tf.function
        def evaluate(at: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
            with tf.GradientTape() as tape:
                tape.watch(at)
                f, reached = goal.terms(at)
                loss = c * tf.reduce_sum(tf.square(at - x), axis=1) + f
            return loss, tape.gradient(loss, at), reached

        def as_numpy(at: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, ...]:
            return tuple(tensor.numpy() for tensor in evaluate(tf.constant(at), tf.constant(c)))

        self.together = Together(len(x), as_numpy, x.shape[1])

    def closest(self, number: int) -> tuple[np.ndarray, float] | None:
        """Return the closest image found on the line of constants, and its constant; None if there is none."""
        best: tuple[np.ndarray, float] | None = None
        c, works, too_large = self.settings.initial_constant, 0.0, np.inf
        for _ in range(self.settings.line_search_steps):
            x, reached = self._solution(number, c)
            if reached and (best is None or self._distance(number, x) < self._distance(number, best[0])):
                best = x, c
            works, too_large = (max(works, c), too_large) if reached else (works, min(too_large, c))
            if works and np.isfinite(too_large):
                c = float(np.sqrt(works * too_large))
            else:
                c = c * self.settings.factor if works else c / self.settings.factor
        return best

    def _solution(self, number: int, c: float) -> tuple[np.ndarray, bool]:
        """Return what L-BFGS finds with this constant, float32, and whether the network says the target there."""

        def loss_and_gradient(at: np.ndarray) -> tuple[float, np.ndarray]:
            loss, gradient, _ = self.together.ask(number, at, c)
            return float(loss), gradient.astype(np.float64)

        begin = self.x[number].astype(np.float64)
        result = minimize(
            loss_and_gradient, begin, jac=True, method="L-BFGS-B",
            bounds=[(0, 1)] * begin.size, options={"maxiter": self.settings.iterations},
        )  # fmt: skip
        _, _, reached = self.together.ask(number, result.x, c)
        self.solved += 1
        return result.x.astype(np.float32), bool(reached)

    def _distance(self, number: int, x: np.ndarray) -> float:
        return float(np.linalg.norm(x - self.x[number]))
