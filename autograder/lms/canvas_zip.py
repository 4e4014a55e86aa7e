"""One zip that Canvas takes back: it finds the student by the name that a file had in its own download.

Canvas reads two numbers out of that name, the student's and the file's (AbstractAssignment,
infer_comment_context_from_filename), and ignores what it cannot read: text that was typed into Canvas has no file, and
a few names mislead it. Those are changed as little as it takes, because the rest of a name says nothing to Canvas.

Canvas shows what comes back under the name of the file that the student sent, whatever the name in the zip ends in
(instructure/canvas-lms, issue 2406). So a page goes back as what that file was: for a zip, a zip with the page in it.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..formats.whole_files import written_whole
from ..model.submission import DownloadEntry
from .canvas_names import readings_of

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip knows: the same pages give the same zip


@dataclass(frozen=True)
class Return:
    """The page of one student, and where that student's files stood in Canvas's download."""

    student: str
    page: Path  # a file, because those of a large class need more memory than the rest of it
    canvas: DownloadEntry | None

    @property
    def file_name(self) -> str:
        """Name of the page where nobody asks for another."""
        return f"{self.student}_feedback.html"

    @property
    def entry(self) -> str:
        """Name of the student's entry in the zip; of several files that Canvas knows, a zip if there is one."""
        canvas = self.canvas
        known = [name for entry in canvas.entries if (name := _accepted(entry, canvas.user))] if canvas else []
        zips = [entry for entry in known if _is_zip(entry)]
        return next(iter((*zips, *known)), self.file_name)

    @property
    def is_taken_back(self) -> bool:
        """Whether Canvas attaches the page to the student's submission."""
        return self.entry != self.file_name

    @property
    def is_loose(self) -> bool:
        """Whether the page has to go under the name of a file that is neither a zip nor a web page."""
        return self.is_taken_back and not _is_zip(self.entry) and not self.entry.lower().endswith((".html", ".htm"))


def read_by_canvas(name: str) -> tuple[str, str] | None:
    """Return the numbers of user and file that Canvas reads from the name of an uploaded file; None for none."""
    parts = [part for part in name.split("_") if part != "LATE"]
    numbers = [part for part in parts if re.fullmatch("[0-9]+", part)]
    user, file = ("_".join(parts[:2]), parts[2:3]) if parts[0] == "anon" else ("".join(numbers[:1]), numbers[1:2])
    if parts[-1].startswith("link") or not (file and re.fullmatch("[0-9]+", file[0])):
        return None
    return user, file[0]


def _accepted(entry: str, user: str) -> str | None:
    """Return the name under which Canvas takes back what it gave out as `entry` of `user`; None if it cannot."""
    found = next((name for name in readings_of(entry, user) if name.attachment), None)
    if found is None:
        return None
    wanted = (user, str(found.attachment))
    name = found.name.replace("_", "")
    stems = [""] if found.is_hidden else [f"{name}_", f"student{name}_"]
    tails = [found.file, f"feedback-{found.file.replace('_', '-')}"]
    changed = [f"{stem}{user}_{found.attachment}_{tail}" for tail in tails for stem in stems]
    return next((candidate for candidate in (entry, *changed) if read_by_canvas(candidate) == wanted), None)


def write_zip(returns: Iterable[Return], path: Path) -> None:
    """Write the zip whole or not at all."""
    with written_whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in returns:
            content = _packed(entry) if _is_zip(entry.entry) else entry.page.read_bytes()
            _add(archive, entry.entry, content)


def _packed(entry: Return) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, entry.file_name, entry.page.read_bytes())
    return data.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")
