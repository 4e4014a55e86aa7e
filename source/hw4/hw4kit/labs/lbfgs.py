"""The L-BFGS attack of Szegedy et al. (2014), as Carlini and Wagner describe it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from ..progress_bar import ProgressBar
from .attacked import Attacked, Goal, Logits, Objective, as_arrays


@dataclass(frozen=True)
class Settings:
    """How long the attack searches.

    Attributes:
        line_search_steps: How many constants c are tried for each image.
        iterations: Of L-BFGS, for each constant.
        initial_constant: The first c.
        factor: By this c grows while it works, and shrinks while none does.
    """

    line_search_steps: int = 12
    iterations: int = 100
    initial_constant: float = 0.1
    factor: float = 8.0


def lbfgs_attack(
    logits: Logits, objective: Objective, images: Any, targets: Any, *,
    kappa: float = 0.0, settings: Settings = Settings(),
) -> Attacked:  # fmt: skip
    """Search for the smallest change in L2 that makes a network say the target classes.

    minimize c |x' - x|^2 + f(Z(x')) such that x' in [0, 1]^n         Carlini and Wagner 2017, section III

    SciPy's L-BFGS-B solves this with the box as bounds, image by image. Here c weighs the *distance*: the larger it
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
    problem = _Problem(logits, objective, kappa)
    found = []
    # SciPy's own threads gain nothing at this size and wait for TensorFlow's: ten times the processor time.
    with threadpool_limits(1, user_api="blas"), ProgressBar(len(x), "images") as progress:
        for image, target in zip(x, t, strict=True):
            found.append(_closest(problem, image, target, settings))
            progress.update()
    best = [image if one is None else one[0] for image, one in zip(x, found, strict=True)]
    constants = np.array([np.nan if one is None else one[1] for one in found])
    closest = np.stack(best) if len(best) else x
    is_found = np.isfinite(constants)
    distances = np.linalg.norm(closest.astype(np.float64) - x, axis=1)
    return Attacked(closest, is_found, np.where(is_found, distances, np.nan), constants)


class _Problem:
    """The function that L-BFGS minimizes, with its gradient, compiled once for one image."""

    def __init__(self, logits: Logits, objective: Objective, kappa: float) -> None:
        @tf.function
        def evaluate(x: tf.Tensor, image: tf.Tensor, target: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, ...]:
            with tf.GradientTape() as tape:
                tape.watch(x)
                f, reached = Goal(logits, objective, target, kappa).terms(x[None])
                loss = c * tf.reduce_sum(tf.square(x - image)) + tf.reduce_sum(f)
            return loss, tape.gradient(loss, x), reached[0]

        self.evaluate: Callable[..., tuple] = evaluate

    def solve(self, image: np.ndarray, target: int, c: float, iterations: int) -> tuple[np.ndarray, bool]:
        """Return the solution, float32, and whether the network says the target there."""
        fixed = tf.constant(image), tf.constant([target], tf.int64), tf.constant(c, tf.float32)

        def loss_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
            loss, gradient, _ = self.evaluate(tf.constant(x, tf.float32), *fixed)
            return float(loss), gradient.numpy().astype(np.float64)

        result = minimize(
            loss_and_gradient, image.astype(np.float64), jac=True, method="L-BFGS-B",
            bounds=[(0, 1)] * image.size, options={"maxiter": iterations},
        )  # fmt: skip
        x = result.x.astype(np.float32)
        return x, bool(self.evaluate(tf.constant(x), *fixed)[2])


def _closest(problem: _Problem, image: np.ndarray, target: int, settings: Settings) -> tuple[np.ndarray, float] | None:
    """Return the closest image found on the line of constants, and its constant; None if there is none."""
    best: tuple[np.ndarray, float] | None = None
    c, works, too_large = settings.initial_constant, 0.0, np.inf
    for _ in range(settings.line_search_steps):
        x, reached = problem.solve(image, target, c, settings.iterations)
        if reached and (best is None or np.linalg.norm(x - image) < np.linalg.norm(best[0] - image)):
            best = x, c
        works, too_large = (max(works, c), too_large) if reached else (works, min(too_large, c))
        if works and np.isfinite(too_large):
            c = float(np.sqrt(works * too_large))
        else:
            c = c * settings.factor if works else c / settings.factor
    return best
