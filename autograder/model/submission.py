"""What one student sent, in raw bytes, and where it stood in the download of a learning management system."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .report import Finding


@dataclass(frozen=True)
class CanvasEntry:
    """Where a submission stood in Canvas's download; what is uploaded back needs exactly these names."""

    user: str  # Canvas's number of the student, or the mark that hides it
    late: bool
    entries: tuple[str, ...]  # names in the download of the files that count, the latest first


@dataclass(frozen=True)
class Submission:
    """What one student sent, in raw bytes.

    When `problem` is set it was refused and has no content; when `fault` is, the grader broke while reading it.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    sheets: Mapping[str, str] = field(default_factory=dict, repr=False)
    plot: bytes | None = field(default=None, repr=False)
    derivation: bytes | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    fault: str | None = None
    canvas: CanvasEntry | None = None
    is_known: bool = False  # the instructor knew whose the Canvas number is, by a roster or an earlier download

    @property
    def digest(self) -> str:
        """SHA-256 of the student's id and of all that can be graded, in hexadecimal."""
        parts = {"student": self.student.encode(), "problem": (self.problem or "").encode()}
        parts |= files_of(self)
        whole = hashlib.sha256()
        for name, data in sorted(parts.items()):
            whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
        return whole.hexdigest()


def files_of(submission: Submission) -> dict[str, bytes]:
    """Return the contents by their path in the folder of a submission."""
    files = {f"{name}.ipynb": data for name, data in submission.notebooks.items()}
    files |= {f"answers/{name}.md": text.encode() for name, text in submission.sheets.items()}
    pictures = {"word_vectors.png": submission.plot, "derivation.pdf": submission.derivation}
    return files | {name: data for name, data in pictures.items() if data is not None}
