"""From what an instructor downloads to one Submission for each student; nothing in it is trusted.

What a student sent is read where it lies, and only the files that are asked for: nothing is unpacked. Slips are
repaired and listed as findings; what cannot be used is refused with one sentence that says what to send instead.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import nbformat

from ..assignment import Assignment
from ..errors import ConfigError, GraderFault, SubmissionError
from ..notebook_file import decode_text
from ..report import Finding
from ..written import sheets
from . import members, owners, sources
from .naming import VALID_ID, Slot
from .selection import select

SUPERSEDED = "superseded"  # beside submitted/, where nbgrader does not look
ARRIVALS = Path(".hw4", "arrivals")  # beside submitted/, where no file of a student's can come to lie
REFUSED = Path(".hw4", "refused")  # the same for what was not stored: a refused student gets an answer, too
KEPT_FILES = frozenset({"timestamp.txt"})  # nbgrader's own, from its exchange


@dataclass(frozen=True)
class CanvasEntry:
    """Where a submission stood in Canvas's download; what is uploaded back needs exactly these names."""

    user: str  # Canvas's number of the student, or the mark that hides it
    late: bool
    entries: tuple[str, ...]  # names in the download of the files that count, the latest first


@dataclass(frozen=True)
class Submission:
    """What one student sent, in raw bytes; when `problem` is set it was refused and has no content."""

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    sheets: Mapping[str, str] = field(default_factory=dict, repr=False)
    plot: bytes | None = field(default=None, repr=False)
    derivation: bytes | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    canvas: CanvasEntry | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the student's id and of all that can be graded, in hexadecimal."""
        parts = {"student": self.student.encode(), "problem": (self.problem or "").encode()}
        parts |= _files(self)
        whole = hashlib.sha256()
        for name, data in sorted(parts.items()):
            whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
        return whole.hexdigest()


def collect(paths: Sequence[Path], assignment: Assignment) -> list[Submission]:
    """Return all submissions in the paths, by student; see `each`."""
    return list(each(paths, assignment))


def each(paths: Sequence[Path], assignment: Assignment) -> Iterator[Submission]:
    """Yield the submissions by student; only one of them is in memory at a time. Raises ConfigError as `Inbox`."""
    with Inbox(paths, assignment) as inbox:
        yield from inbox


class Inbox:
    """The submissions in some paths: who sent them, and one after the other what they are; a context manager."""

    def __init__(self, paths: Sequence[Path], assignment: Assignment) -> None:
        """Look through the paths.

        Args:
            paths: Canvas downloads, zips, loose files, folders of zips or of student folders, or nbgrader's submitted/.
            assignment: The homework.

        Raises:
            ConfigError: A path does not exist or holds nothing that looks like a submission. A fault inside a
                submission never raises: it ends in the findings or in the `problem` of that one.
        """
        self._assignment = assignment
        with ExitStack() as stack:
            self._owned = owners.by_owner(sources.find(paths, assignment, stack), assignment)
            self._stack = stack.pop_all()

    @property
    def students(self) -> list[str]:
        """The ids, in order."""
        return [owned.student for owned in self._owned]

    def only(self, student: str) -> None:
        """Leave all others out."""
        self._owned = [owned for owned in self._owned if owned.student == student]

    def __iter__(self) -> Iterator[Submission]:
        """Yield the submissions by student; only one of them is in memory at a time."""
        for owned in self._owned:
            yield _submission(owned, self._assignment)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._owned)

    def __enter__(self) -> Inbox:
        """Return itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the archives."""
        self._stack.close()


def read_folder(folder: Path, student: str, assignment: Assignment) -> Submission:
    """Return the submission in one student's folder, as `store` wrote it or nbgrader collected it.

    Raises:
        ConfigError: There is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder: give the folder of one student's submission.")
    source = sources.folder_source(members.disk_folder(folder), assignment)
    return _submission(owners.Owned(student, [source]), assignment)


def _submission(owned: owners.Owned, assignment: Assignment) -> Submission:
    """Read the files that count; of a folder that `store` wrote, what was written down then is still true."""
    submission = _selected(owned, assignment)
    source = owned.sources[0]
    if source.path is None or len(owned.sources) > 1:
        return submission
    levels = [source.path, source.path / assignment.name]
    if not source.in_class:  # submitted/ itself, with one student in it
        levels.append(source.path / owned.student / assignment.name)
    for folder in levels:
        if folder.name == assignment.name and folder.is_dir():
            canvas, findings = _recorded(folder)
            findings = tuple(dict.fromkeys((*findings, *submission.findings)))
            return replace(submission, canvas=canvas, findings=findings)
    return submission


def _selected(owned: owners.Owned, assignment: Assignment) -> Submission:
    selection = select(owned, assignment)
    uploads = [source.canvas for source in selection.counted or owned.sources if source.canvas]
    canvas = None
    if uploads:
        late = any(upload.late for upload in uploads)
        canvas = CanvasEntry(uploads[0].user, late, tuple(upload.entry for upload in uploads))
        if late:
            selection.note("warning", "Canvas marks it as late.")
    notebooks: dict[str, bytes] = {}
    answers: dict[str, str] = {}
    for slot, data in selection.content.items():
        if slot.kind == "notebook":
            notebooks[slot.name] = data
        elif slot.kind == "sheet":
            text, odd_encoding = decode_text(data)
            answers[slot.name] = text.replace("\0", "")
            if odd_encoding:
                selection.note("info", f"{slot.file_name()} is saved as {odd_encoding}, not as UTF-8.")
    return Submission(
        owned.student,
        notebooks=notebooks,
        sheets=answers,
        plot=selection.content.get(Slot("plot")),
        derivation=selection.content.get(Slot("derivation")),
        findings=tuple(selection.findings),
        problem=selection.problem,
        canvas=canvas,
    )


def store(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Path:
    """Write a submission to submitted/<student>/<assignment>/, under the names asked for, and return that folder.

    The answer sheets are there twice: as the student wrote them, and as notebooks for formgrader. The folder is
    complete before it takes its name. Beside submitted/, superseded/<student>/<n>/ keeps what it replaces, where
    nbgrader does not look, and .hw4/arrivals/ the findings and the names that Canvas knows.

    Raises:
        SubmissionError: The submission was refused, or the student's folder belongs to another user of Canvas.
        GraderFault: The folder cannot be written.
    """
    if submission.problem is not None:
        raise SubmissionError(submission.problem)
    if not VALID_ID.fullmatch(submission.student):
        raise GraderFault(f"{submission.student!r} cannot be the name of a folder.")
    target = Path(submitted_dir) / submission.student / assignment.name
    canvas = _refuse_other_user(submission, _recorded(target)[0], assignment)
    files = _files(submission)
    for name in assignment.sheets:
        notebook = sheets.to_notebook(assignment.sheet(name), submission.sheets.get(name))
        files[f"{name}.ipynb"] = nbformat.writes(notebook).encode()
    findings = [asdict(finding) for finding in submission.findings]
    arrival = {"canvas": canvas and asdict(canvas), "findings": findings}
    try:
        superseded = _beside(target, SUPERSEDED, submission.student)
        if any(folder.is_symlink() for folder in (target, target.parent, superseded)):
            raise GraderFault(f"{target} leads elsewhere by a link: remove the link and grade again.")
        if _is_same(submission, target, files, assignment):
            for path, data in files.items():
                _write(target / path, data)
        else:
            _replace(target, files, superseded)
        _write(_record_of(target), json.dumps(arrival, indent=2).encode())
    except OSError as error:
        raise GraderFault(f"The submission of {submission.student} cannot be stored: {error}.") from error
    return target


def note_refused(submission: Submission, submitted_dir: Path, assignment: Assignment) -> None:
    """Write down where a refused submission stood in Canvas's download. Raises GraderFault when that fails."""
    if submission.canvas is None or not VALID_ID.fullmatch(submission.student):
        return
    path = _record_of(Path(submitted_dir) / submission.student / assignment.name, REFUSED)
    try:
        _write(path, json.dumps({"canvas": asdict(submission.canvas), "findings": []}, indent=2).encode())
    except OSError as error:
        raise GraderFault(f"What came from {submission.student} cannot be noted: {error}.") from error


def canvas_entry(submitted_dir: Path, student: str, assignment: Assignment, *, refused: bool) -> CanvasEntry | None:
    """Return where a student's submission stood in Canvas's download, None for one that did not come from there.

    Args:
        submitted_dir: The folder that `store` wrote to.
        student: Whose.
        assignment: The homework.
        refused: Look for what `note_refused` wrote down; what was stored may be another student's of the same id.
    """
    target = Path(submitted_dir) / student / assignment.name
    return _recorded(target, REFUSED if refused else ARRIVALS)[0]


def _refuse_other_user(
    submission: Submission, known: CanvasEntry | None, assignment: Assignment
) -> CanvasEntry | None:  # fmt: skip
    """Return what is to be remembered of Canvas. Raises SubmissionError when two of its users go by one id."""
    canvas = submission.canvas or known
    if canvas and known and canvas.user != known.user and canvas.user.isdigit() == known.user.isdigit():
        raise SubmissionError(
            f"The id {submission.student} belongs to another student on Canvas ({', '.join(known.entries)}): "
            f"send your files as <your andrew id>_{assignment.name.upper()}.zip."
        )
    return canvas


def _files(submission: Submission) -> dict[str, bytes]:
    """Return the contents by their path in the folder of a submission."""
    files = {Slot("notebook", name).file_name(): data for name, data in submission.notebooks.items()}
    files |= {Slot("sheet", name).file_name(): text.encode() for name, text in submission.sheets.items()}
    pictures = {Slot("plot"): submission.plot, Slot("derivation"): submission.derivation}
    return files | {slot.file_name(): data for slot, data in pictures.items() if data is not None}


def _is_same(submission: Submission, target: Path, files: Mapping[str, bytes], assignment: Assignment) -> bool:
    """Whether a folder holds this very submission under the right names, so that nothing in it would be lost."""
    if not target.is_dir():
        return False
    paths = [path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()]
    present = {path.relative_to(target).as_posix() for path in paths}
    return (
        files.keys() - {f"{name}.ipynb" for name in assignment.sheets} <= present
        and present <= files.keys() | KEPT_FILES
        and read_folder(target, submission.student, assignment).digest == submission.digest
    )


def _replace(target: Path, files: Mapping[str, bytes], superseded: Path) -> None:
    """Put a complete new folder in the place of the old one, which is kept under the next number."""
    fresh = target.parent / f".{target.name}.incoming"
    shutil.rmtree(fresh, ignore_errors=True)  # left behind by a run that was killed
    for path, data in files.items():
        _write(fresh / path, data)
    if target.exists():
        superseded.mkdir(parents=True, exist_ok=True)
        number = next(n for n in itertools.count(1) if not (superseded / str(n)).exists())
        target.rename(superseded / str(number))
    fresh.rename(target)


def _write(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _beside(target: Path, *names: str | Path) -> Path:
    """Return a path beside submitted/, for a folder submitted/<student>/<assignment>."""
    return Path(os.path.abspath(target)).parents[2].joinpath(*names)


def _record_of(target: Path, kind: Path = ARRIVALS) -> Path:
    return _beside(target, kind, f"{Path(os.path.abspath(target)).parent.name}.json")


def _recorded(folder: Path, kind: Path = ARRIVALS) -> tuple[CanvasEntry | None, tuple[Finding, ...]]:
    """Return what was written down about a folder submitted/<student>/<assignment>, or nothing."""
    try:
        data = json.loads(_record_of(folder, kind).read_text(encoding="utf-8"))
        findings = tuple(Finding(str(entry["level"]), str(entry["text"])) for entry in data["findings"])
        canvas = data["canvas"]
        if canvas is None:
            return None, findings
        return CanvasEntry(str(canvas["user"]), bool(canvas["late"]), tuple(map(str, canvas["entries"]))), findings
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None, ()
