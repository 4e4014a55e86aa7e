"""Files that are written whole or not at all: nobody ever reads half of one, also where a disk was full."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write a file whole or not at all, and never through a link that lies in its place.

    A lone surrogate, as in a file name of unknown encoding, is written as an escape that JSON reads again.
    """
    data = content.encode(encoding, errors="backslashreplace") if isinstance(content, str) else content
    write_pieces(path, [data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as `write_whole` does, of pieces that need not all be in memory."""
    with written_whole(path) as file:
        file.writelines(pieces)


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, which takes the place of `path` in the end; nothing is left of it when that fails."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # when a disk is full, the system does not say which file it was
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
