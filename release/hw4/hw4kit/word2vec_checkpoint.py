"""The file from which an interrupted training run of word vectors goes on."""

import zlib
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from .checkpoint_file import TRAIN_ANEW, Arrays, CheckpointFile
from .word2vec_steps import State, Task
from .word2vec_trial import Trial

SAME = 1e-6  # relative; figures of equal functions differ by 1e-12 between machines, those of other functions by 1e-2


def vocabulary_number(dataset: Any) -> int:
    """Return a number that is the same for the same words in the same frequencies; the second of a file's identity."""
    return zlib.crc32("\n".join(dataset.words).encode()) + zlib.crc32(dataset.counts.tobytes())


class Checkpoint:
    """A file that holds a State, and what the run was: it never continues a run of other functions, data or sizes."""

    def __init__(self, path: Path, task: Task, trial: Trial) -> None:
        """Name the file; `trial` tells the student's functions of today from those that made the file."""
        self._file = CheckpointFile(path)
        words = vocabulary_number(task.dataset)
        self._identity = np.array([task.seed, words, *astuple(task.settings), *trial.figures], dtype=np.float64)
        self.iterations_saved = 0

    def load(self, most_iterations: int) -> State | None:
        """Return the state in the file, or None if there is no file or it belongs to another run."""

        def fits(arrays: Arrays) -> bool:
            identity, shape = arrays["identity"], self._identity.shape
            is_same = identity.shape == shape and np.allclose(identity, self._identity, rtol=SAME, atol=0)
            return is_same and len(arrays["losses"]) <= most_iterations and arrays["counters"].shape == (2,)

        arrays = self._file.read(fits)
        if arrays is None:
            return None
        tokens_drawn, seconds = arrays["counters"].tolist()
        losses = arrays["losses"].tolist()
        self.iterations_saved = len(losses)
        where = self._file.path.name
        if len(losses) == most_iterations:
            print(f"These vectors are read from {where}. {TRAIN_ANEW}")
        else:
            print(f"Going on from iteration {len(losses):,}, read from {where}. {TRAIN_ANEW}")
        return State(arrays["inputs"], arrays["outputs"], losses, int(tokens_drawn), float(seconds))

    def save(self, state: State) -> None:
        """Replace the file by one with this state."""
        arrays = {
            "identity": self._identity,
            "inputs": state.inputs,
            "outputs": state.outputs,
            "losses": np.array(state.losses),
            "counters": np.array([state.tokens_drawn, state.seconds]),
        }
        if self._file.save(arrays):
            self.iterations_saved = len(state.losses)
