"""What an attack wants from a network, and what it found: shared by every attack of the labs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

Logits = Callable[[Any], tf.Tensor]  # images (n, 784) -> Z (n, 10)
Objective = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # Z (n, 10), t (n,) -> f (n,)
Further = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # images (n, 784), t (n,) -> (n,)


@dataclass(frozen=True)
class Attacked:
    """The closest images that an attack found.

    Attributes:
        images: The best found; where nothing was found, the image that the attack began with. Shape (n, 784), float32.
        found: Whether the network says the target class. Shape (n,), bool.
        distances: Size of the change in the norm of the attack; nan where nothing was found. Shape (n,), float64.
        constants: The c that found the image; nan where nothing was found. Shape (n,), float64.
    """

    images: np.ndarray
    found: np.ndarray
    distances: np.ndarray
    constants: np.ndarray

    @property
    def success(self) -> float:
        """Return the share of images for which the attack found something."""
        return float(self.found.mean())

    @property
    def mean_distance(self) -> float:
        """Return the mean size of the change over what was found; nan if nothing was."""
        return float(self.distances[self.found].mean()) if self.found.any() else float("nan")


@dataclass(frozen=True)
class Goal:
    """The target class of each image, and the f that an attack makes small to get there.

    Attributes:
        logits: The network: images to logits.
        objective: f of the logits and the target class.
        targets: The class that the network should say. Shape (n,), int64.
        kappa: By how much the logit of the target must exceed each other logit.
        further: Another term of the image, or None; see `l2_attack`.
    """

    logits: Logits
    objective: Objective
    targets: tf.Tensor
    kappa: float = 0.0
    further: Further | None = None

    @tf.autograph.experimental.do_not_convert  # a lambda of a notebook that it cannot read back would make it warn
    def terms(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return what is multiplied by c, and whether the goal is reached. Shapes (n,) float32, (n,) bool."""
        z = self.logits(x)
        f, reached = self.objective(z, self.targets), margin(z, self.targets) > self.kappa
        if self.further is None:
            return f, reached
        more = self.further(x, self.targets)
        return f + more, reached & (more <= 0)


def margin(z: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """Return by how much the logit of the class t exceeds the largest other logit. Shape (n,)."""
    is_target = tf.one_hot(t, z.shape[-1], on_value=True, off_value=False)
    others = tf.where(is_target, tf.constant(-np.inf, z.dtype), z)
    return tf.reduce_sum(tf.where(is_target, z, tf.zeros_like(z)), axis=1) - tf.reduce_max(others, axis=1)


def as_arrays(images: Any, targets: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return images and targets as the arrays that attacks work with.

    Raises:
        ValueError: They do not fit together, or a pixel lies outside [0, 1].
    """
    pixels, classes = np.asarray(images, dtype=np.float32), np.asarray(targets, dtype=np.int64)
    if pixels.ndim != 2 or classes.shape != pixels.shape[:1]:
        raise ValueError(f"Give images (n, 784) and one target for each: got {pixels.shape} and {classes.shape}.")
    if pixels.size and not (pixels.min() >= 0 and pixels.max() <= 1):
        raise ValueError(f"Pixels must lie in [0, 1]; these reach from {pixels.min():.3g} to {pixels.max():.3g}.")
    return pixels, classes
