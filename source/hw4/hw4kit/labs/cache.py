"""A folder of the user's in which labs keep what took them seconds to compute, so that a second run is quick.

A file there is never needed: one that is damaged, or that cannot be written, costs no more than the time to compute it
again.
"""

import contextlib
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pooch

FOLDER = "hw4-labs"
PREFIX = "lab-"  # of the files that the labs may delete; $HW4_CACHE may name a folder with others
MOST_BYTES = 100_000_000  # a network has 1 MB, the vectors of a word model 8 MB


class Cache:
    """The cache of one user. Where its folder cannot be written, everything is computed each time."""

    def __init__(self) -> None:
        """Find the folder where this system keeps caches; $HW4_CACHE names another."""
        self.folder = Path(os.environ.get("HW4_CACHE") or pooch.os_cache(FOLDER))

    def arrays(self, name: str, make: Callable[[], list[np.ndarray]]) -> list[np.ndarray]:
        """Return the arrays of that name, made now if they are not there; a printed line says which.

        What another version of the labs has made is not read.

        Args:
            name: Names what was computed from what: other data or settings have another name.
            make: Computes them.
        """
        path = self.folder / f"{PREFIX}{name}-{_version()}.npz"
        kept = _read(path)
        if kept is not None:
            print(f"Read from {path}; delete that file to compute it anew.")
            with contextlib.suppress(OSError):
                path.touch()  # used now, so that it is not the first to go
            return kept
        made = make()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(path, made)
            self._make_room(path)
            print(f"Kept for the next time in {path}.")
        except OSError as error:
            print(f"Nothing is kept for the next time: {error}.")
        return made

    def _make_room(self, newest: Path) -> None:
        """Delete the files that were used longest ago, until all are small enough together."""
        files = {path: path.stat() for path in self.folder.glob(f"{PREFIX}*") if path != newest}
        size = newest.stat().st_size
        for path in sorted(files, key=lambda path: files[path].st_mtime, reverse=True):
            size += files[path].st_size
            if size > MOST_BYTES:
                path.unlink(missing_ok=True)


def _version() -> str:
    """Return a name for this version of the labs, which changes with every line of them."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _read(path: Path) -> list[np.ndarray] | None:
    """Return the arrays of a file, None if there are none or the file is damaged."""
    if not path.is_file():
        return None
    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as held:
            return [held[_key(number)] for number in range(len(held.files))]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError, TypeError):
        print(f"{path} is damaged and is computed anew.")  # an array instead of a zip has no files
        return None


def _write(path: Path, arrays: list[np.ndarray]) -> None:
    """Write a file whole or not at all, whoever writes it at the same time."""
    handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=".part", dir=path.parent)
    try:
        with open(handle, "wb") as stream:
            named: dict[str, Any] = {_key(number): array for number, array in enumerate(arrays)}
            np.savez(stream, **named)
        os.replace(name, path)
    except BaseException:  # an interrupted run, too
        os.unlink(name)
        raise


def _key(number: int) -> str:
    return f"{number:03}"
