"""The file from which an interrupted training run goes on."""

import os
import zipfile
import zlib
from dataclasses import astuple
from pathlib import Path

import numpy as np

from .word2vec_steps import State, Task
from .word2vec_trial import Trial

SAME = 1e-6  # relative; figures of equal functions differ by 1e-12 between machines, those of other functions by 1e-2


class Checkpoint:
    """A file that holds a State, and what the run was: it never continues a run of other functions, data or sizes."""

    def __init__(self, path: Path, task: Task, trial: Trial) -> None:
        """Name the file; `trial` tells the student's functions of today from those that made the file."""
        self._path = path
        vocabulary = zlib.crc32("\n".join(task.dataset.words).encode()) + zlib.crc32(task.dataset.counts.tobytes())
        self._identity = np.array([task.seed, vocabulary, *astuple(task.settings), *trial.figures], dtype=np.float64)
        self.iterations_saved = 0
        self._failed = False

    def load(self, most_iterations: int) -> State | None:
        """Return the state in the file, or None if there is no file or it belongs to another run.

        A file of another run is renamed, so that the next save does not destroy what may have taken an hour.
        """
        if not self._path.exists():
            return None
        state = self._read()
        if state is None or len(state.losses) > most_iterations:
            kept = self._path.with_name(f"{self._path.stem}.old{self._path.suffix}")
            os.replace(self._path, kept)
            print(
                f"{self._path.name} comes from other functions, data or sizes than these:"
                f" training starts from the beginning, and that file is now {kept.name}."
            )
            return None
        self.iterations_saved = len(state.losses)
        again = f"To train from the beginning, delete {self._path.name} and run this cell again."
        if self.iterations_saved == most_iterations:
            print(f"These vectors are read from {self._path.name}. {again}")
        else:
            print(f"Going on from iteration {self.iterations_saved:,}, read from {self._path.name}. {again}")
        return state

    def save(self, state: State) -> None:
        """Replace the file by one with this state, in one step; say so once if that cannot be done."""
        unfinished = self._path.with_name(self._path.name + ".unfinished")
        try:
            with open(unfinished, "wb") as stream:
                np.savez(
                    stream,
                    identity=self._identity,
                    inputs=state.inputs,
                    outputs=state.outputs,
                    losses=np.array(state.losses),
                    counters=np.array([state.tokens_drawn, state.seconds]),
                )
            os.replace(unfinished, self._path)
            self.iterations_saved = len(state.losses)
        except OSError as error:
            if not self._failed:
                print(f"No checkpoint is written ({error}); training goes on, but cannot be resumed.")
            self._failed = True

    def _read(self) -> State | None:
        try:
            with open(self._path, "rb") as stream, np.load(stream, allow_pickle=False) as held:
                arrays = {name: held[name] for name in held.files}
            identity = arrays["identity"]
            if identity.shape != self._identity.shape or not np.allclose(identity, self._identity, rtol=SAME, atol=0):
                return None
            tokens_drawn, seconds = arrays["counters"].tolist()
            return State(
                arrays["inputs"], arrays["outputs"], arrays["losses"].tolist(), int(tokens_drawn), float(seconds)
            )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None  # a damaged file is no run to go on from
