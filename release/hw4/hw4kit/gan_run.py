"""What training a GAN leaves behind."""

from dataclasses import dataclass
from typing import Any

import numpy as np


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
        seed: Same seed, same functions, same machine: same run, if it was not stopped in between.
        compiled: Whether tf.function compiled the step; False, too, where nothing was left to train.
        wall_s: Time that training took, in seconds; of all sittings together if the run was interrupted.
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
