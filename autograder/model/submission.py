"""What one student sent, in raw bytes, and where it stood in the download of a learning management system."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .assignment import Assignment
from .report import Finding


@dataclass(frozen=True)
class DownloadEntry:
    """Where a submission stood in a class download; what is uploaded back to Canvas needs exactly these names."""

    user: str  # Canvas's number of the student or the mark that hides it; another system's key, as `moodle:123`
    late: bool
    entries: tuple[str, ...]  # names in the download of the files that count, the latest first
    system: str = "Canvas"
    name: str = field(default="", compare=False)  # what the system calls the user; the user decides
    own_id: str = field(default="", compare=False)  # the student id made of what the system says alone
    submitted_at: str = ""  # ISO 8601, with a zone if the system gives one; empty if it gives no time


@dataclass(frozen=True)
class GroupWork:
    """Whose common work a submission is."""

    name: str
    sender: str  # the member who sent it, or one of them where the system names the group alone
    members: tuple[str, ...]  # student ids, the sender's among them


@dataclass(frozen=True)
class Submission:
    """What one student sent, in raw bytes.

    When `problem` is set it was refused and has no content; when `fault` is, the grader broke while reading it.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    sheets: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # by the ids in the assignment's declaration
    modules: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # of their own, by path beside the notebooks
    others: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # for a person to look at, by path likewise
    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    fault: str | None = None
    download: DownloadEntry | None = None
    group: GroupWork | None = None
    is_known: bool = False  # the instructor knew the user of the download, by a roster or an earlier download


def contents(submission: Submission, assignment: Assignment) -> dict[str, bytes]:
    """Return everything that can be graded by its path in the folder of a submission."""
    found = {f"{name}.ipynb": data for name, data in submission.notebooks.items()}
    found |= {f"answers/{name}.md": text.encode() for name, text in submission.sheets.items()}
    found |= {**submission.modules, **submission.others}
    return found | {file.name: submission.files[file.id] for file in assignment.files if file.id in submission.files}


def digest_of(submission: Submission, assignment: Assignment) -> str:
    """Return the SHA-256 of the student's id and of everything that can be graded, in hexadecimal."""
    parts = {"student": submission.student.encode(), "problem": (submission.problem or "").encode()}
    parts |= contents(submission, assignment)
    whole = hashlib.sha256()
    for name, data in sorted(parts.items()):
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()
