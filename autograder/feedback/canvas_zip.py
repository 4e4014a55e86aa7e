"""One zip that Canvas takes back: it finds the student by the name that a file had in its own download.

Canvas shows what comes back under the name of the file that the student sent, whatever the name in the zip ends in
(instructure/canvas-lms, issue 2406). So a page goes back as what that file was: for a zip, a zip with the page in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..intake import CanvasEntry

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip knows: the same pages give the same zip


@dataclass(frozen=True)
class Return:
    """The page of one student, and where that student's files stood in Canvas's download."""

    student: str
    html: str
    canvas: CanvasEntry | None

    @property
    def file_name(self) -> str:
        """Name of the page where nobody asks for another."""
        return f"{self.student}_feedback.html"

    @property
    def entry(self) -> str:
        """Name of the student's entry in the zip; of several files that Canvas knows, a zip if there is one."""
        entries = self.canvas.entries if self.canvas else ()
        zips = [entry for entry in entries if _is_zip(entry)]
        return next(iter((*zips, *entries)), self.file_name)

    @property
    def is_loose(self) -> bool:
        """Whether the page has to go under the name of a file that is neither a zip nor a web page."""
        return not _is_zip(self.entry) and not self.entry.lower().endswith((".html", ".htm"))


def write_zip(returns: Iterable[Return], path: Path) -> None:
    """Write the zip whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with part.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in returns:
            content = _packed(entry) if _is_zip(entry.entry) else entry.html.encode()
            _add(archive, entry.entry, content)
    part.replace(path)


def _packed(entry: Return) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, entry.file_name, entry.html.encode())
    return data.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")
