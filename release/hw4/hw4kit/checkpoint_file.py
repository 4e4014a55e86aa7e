"""A file of arrays from which an interrupted training run goes on, and a finished one is read."""

import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

TRAIN_ANEW = "To train anew, delete that file and run this cell again."
Arrays = Mapping[str, Any]  # NumPy arrays by name


class CheckpointFile:
    """A file that holds the arrays of one run. The file of another run is put aside, and found again there."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read or written yet."""
        self.path = path
        self._failed = False

    def read(self, fits: Callable[[Arrays], bool]) -> Arrays | None:
        """Return the arrays of this run, None if there are none.

        A file of another run gets another name, so that the next save does not destroy what may have taken an hour.
        If the file that has this other name belongs to this run, the two change places.

        Args:
            fits: Whether arrays belong to this run; it may raise KeyError or ValueError for arrays of another kind.
        """
        if not self.path.exists():
            return None
        if (arrays := _arrays(self.path, fits)) is not None:
            return arrays
        aside = self.path.with_name(f"{self.path.stem}.old{self.path.suffix}")
        arrays, waiting = _arrays(aside, fits), self.path.with_name(f"{self.path.name}.unfinished")
        os.replace(self.path, waiting)
        if arrays is not None:
            os.replace(aside, self.path)
        else:
            print(
                f"{self.path.name} comes from other functions, data or sizes than these:"
                f" training starts from the beginning, and that file is now {aside.name}."
            )
        os.replace(waiting, aside)
        return arrays

    def save(self, arrays: Arrays) -> bool:
        """Replace the file by one with these arrays, in one step; say so once if that cannot be done."""
        unfinished = self.path.with_name(f"{self.path.name}.unfinished")
        try:
            with open(unfinished, "wb") as stream:
                np.savez(stream, **arrays)
            os.replace(unfinished, self.path)
        except OSError as error:
            if not self._failed:
                print(f"No checkpoint is written ({error}); training goes on, but cannot be resumed.")
            self._failed = True
            return False
        return True


def _arrays(path: Path, fits: Callable[[Arrays], bool]) -> Arrays | None:
    """Return the arrays in a file if they belong to this run; a damaged file is no run to go on from."""
    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        return arrays if fits(arrays) else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
