"""The file from which an interrupted GAN training goes on, and a finished one is read."""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import tensorflow as tf

from .checkpoint_file import TRAIN_ANEW, Arrays, CheckpointFile
from .gan_game import Game, undone
from .gan_progress import Progress
from .gan_run import Snapshot

SAME = 1e-3  # relative; figures of equal functions differ by 1e-6 with the order of additions in float32
NEAR_ZERO = 1e-6
TRIAL_SEED = 7  # any; fixed, so that a later trial of the same functions gives the same figures


class GanCheckpoint:
    """A file that holds all weights and what happened so far: never those of other functions, data or sizes."""

    def __init__(self, path: Path, game: Game, identity: np.ndarray) -> None:
        """Name the file; `identity` tells this run from others."""
        self._file, self._game, self._identity = CheckpointFile(path), game, identity
        self.steps_saved = 0

    @property
    def _variables(self) -> list[Any]:
        game = self._game
        return [
            v for part in (game.discriminator, game.generator, game.d_solver, game.g_solver) for v in part.variables
        ]

    def load(self, progress: Progress) -> None:
        """Bring weights and progress to where the file stands, if it belongs to this run."""
        variables = self._variables

        def fits(arrays: Arrays) -> bool:
            shape, shapes = self._identity.shape, [tuple(variable.shape) for variable in variables]
            return (
                arrays["identity"].shape == shape
                and np.allclose(arrays["identity"], self._identity, rtol=SAME, atol=NEAR_ZERO)
                and [arrays[f"variable_{number}"].shape for number in range(len(shapes))] == shapes
                and 0 < len(arrays["d_losses"]) == len(arrays["g_losses"]) <= progress.steps
                and len(arrays["snapshot_steps"]) == len(arrays["snapshot_images"]) > 0
            )

        arrays = self._file.read(fits)
        if arrays is None:
            return
        for number, variable in enumerate(variables):
            variable.assign(arrays[f"variable_{number}"])
        progress.d_losses, progress.g_losses = arrays["d_losses"].tolist(), arrays["g_losses"].tolist()
        progress.snapshots = [
            Snapshot(int(step), images)
            for step, images in zip(arrays["snapshot_steps"], arrays["snapshot_images"], strict=True)
        ]
        progress.seconds_before = float(arrays["seconds"])
        self.steps_saved, name = progress.done, self._file.path.name
        if progress.is_finished:
            print(f"The trained networks are read from {name}. {TRAIN_ANEW}")
        else:
            print(f"Going on from step {progress.done:,}, read from {name}. {TRAIN_ANEW}")
        progress.watch()

    def save(self, progress: Progress) -> None:
        """Replace the file by one with all weights as they are now."""
        arrays = {f"variable_{number}": variable.numpy() for number, variable in enumerate(self._variables)}
        arrays |= {
            "identity": self._identity,
            "d_losses": np.array(progress.d_losses),
            "g_losses": np.array(progress.g_losses),
            "snapshot_steps": np.array([snapshot.step for snapshot in progress.snapshots]),
            "snapshot_images": np.stack([snapshot.images for snapshot in progress.snapshots]),
            "seconds": np.array(progress.seconds),
        }
        if self._file.save(arrays):
            self.steps_saved = progress.done


def identity_of(
    game: Game, functions: Iterable[Callable[..., Any]], images: np.ndarray, noise_dim: int, sizes: Sequence[float]
) -> np.ndarray:
    """Return numbers that are the same for the same code, data and sizes.

    What a function computes tells more than its code, as it may call others; its code tells what a trial does not show,
    as a dropout or the distribution of noise.

    Args:
        game: Both networks with losses and optimizers; their weights are left as they are.
        functions: The student's functions.
        images: Real images. Shape (N, 784), float32.
        noise_dim: Length of a noise vector.
        sizes: The batch size, and whatever else the run depends on.
    """
    solvers = [_settings_of(solver) for solver in (game.d_solver, game.g_solver)]
    told = [digest_of_code(function) for function in functions]
    digests = [
        zlib.crc32(np.ascontiguousarray(images).data),
        zlib.crc32(json.dumps([solvers, told]).encode()),
    ]
    figures = _figures(game, images.shape[1], noise_dim, int(sizes[0]))
    return np.array([noise_dim, *sizes, *digests, *figures], dtype=np.float64)


def _figures(game: Game, pixels: int, noise_dim: int, batch_size: int) -> list[float]:
    """Return what networks and losses make of fixed weights, images and noise."""
    rng = np.random.default_rng(TRIAL_SEED)
    real, noise = (
        tf.constant(rng.uniform(-1, 1, (batch_size, width)), tf.float32) for width in (pixels, noise_dim)
    )  # fmt: skip
    with undone(game):
        for model in (game.discriminator, game.generator):
            for weights in model.trainable_variables:
                shape = tuple(weights.shape)
                weights.assign(rng.normal(scale=(shape[0] if len(shape) > 1 else 1) ** -0.5, size=shape))
        with tf.GradientTape(persistent=True) as tape:
            fakes = game.generator(noise)
            scores = game.discriminator(real), game.discriminator(fakes)
            losses = game.d_loss(*scores), game.g_loss(scores[1])
        slopes = [
            *tape.gradient(losses[0], game.discriminator.trainable_variables),
            *tape.gradient(losses[1], game.generator.trainable_variables),
        ]
    sizes = [float(np.sqrt(np.mean(np.square(part)))) for part in (fakes, *scores, *slopes)]
    return [float(loss) for loss in losses] + sizes


def _settings_of(solver: Any) -> list[Any]:
    """Return the name and the settings of an optimizer, as what JSON can hold."""
    try:
        settings = solver.get_config()
    except Exception:  # of an optimizer that a student wrote
        settings = {}
    return [type(solver).__name__, sorted((str(key), str(value)) for key, value in settings.items() if key != "name")]


def digest_of_code(function: Any) -> int:
    """Return a number that is the same for the same instructions and constants, whatever the comments."""
    code = getattr(getattr(function, "python_function", function), "__code__", None)
    return 0 if code is None else zlib.crc32(repr(_parts(code)).encode())


def _parts(constant: Any) -> Any:
    """Return the instructions and constants of a function; sets in one order, as theirs changes at each start."""
    if isinstance(constant, CodeType):
        return [constant.co_code.hex(), constant.co_names, [_parts(each) for each in constant.co_consts]]
    return sorted(map(repr, constant)) if isinstance(constant, frozenset) else repr(constant)
