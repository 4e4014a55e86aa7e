"""Let temporary files be for the group, too: the two processes of a notebook with test cells are two users of one.

`tempfile` makes them for their maker alone, and changing modes afterwards is refused to both. Nobody else gets into the
folder in which they lie.
"""

import os
import tempfile
from typing import Any

FILE_MODE, FOLDER_MODE = 0o660, 0o770


class _SharingOs:
    """The module `os`, as `tempfile` uses it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Any, flags: int, mode: int = FILE_MODE, **options: Any) -> int:
        """Open a file; one that is made is the group's, too."""
        return os.open(path, flags, mode | FILE_MODE, **options)

    def mkdir(self, path: Any, mode: int = FOLDER_MODE, **options: Any) -> None:
        """Make a folder that is the group's, too."""
        os.mkdir(path, mode | FOLDER_MODE, **options)


def share() -> None:
    """Do so from now on, in this process and in those that are forked from it."""
    tempfile._os = _SharingOs()  # type: ignore[attr-defined]
