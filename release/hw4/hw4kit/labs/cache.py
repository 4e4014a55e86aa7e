"""A folder of the user's in which labs keep what took them seconds to compute, so that a second run is quick."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch

from ..checkpoint_file import CheckpointFile

FOLDER = "hw4-labs"


class Cache:
    """The cache of one user. Where its folder cannot be written, everything is computed each time."""

    def __init__(self) -> None:
        """Find the folder where this system keeps caches; $HW4_CACHE names another."""
        self.folder = Path(os.environ.get("HW4_CACHE") or pooch.os_cache(FOLDER))

    def arrays(self, name: str, make: Callable[[], list[np.ndarray]]) -> list[np.ndarray]:
        """Return the arrays of that name, made now if they are not there; a printed line says which.

        Args:
            name: Names what was computed from what: other data or settings have another name.
            make: Computes them.
        """
        file = CheckpointFile(self.folder / f"{name}.npz")
        kept = file.read(lambda arrays: True)
        if kept is not None:
            print(f"Read from {file.path}; delete that file to compute it anew.")
            return [kept[f"{number:03}"] for number in range(len(kept))]
        made = make()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            print(f"Nothing is kept for the next time: {error}.")
            return made
        file.save({f"{number:03}": array for number, array in enumerate(made)})
        return made
