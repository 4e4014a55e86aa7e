"""Stores a submission in nbgrader's submitted/, keeps what it replaces, and lets nobody take another's place."""

import itertools
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..course import sheets
from ..formats.members import shown
from ..formats.whole_files import write_whole
from ..handin.names import VALID_ID
from ..handin.problems import Finding, Level
from ..lms.entries import kind_of
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import GraderFault, SubmissionError
from ..model.submission import DownloadEntry, Submission, contents, digest_of
from . import arrivals, own_fix
from .arrivals import download_entry
from .submission import own_name, read_folder

KEPT_FILES = frozenset({"timestamp.txt"})  # nbgrader's own, from its exchange


def store(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Path:
    """Write a submission to submitted/<student>/<assignment>/, under the names asked for, and return that folder.

    The answer sheets are there twice: as the student wrote them, and as notebooks for formgrader. The folder is
    complete before it takes its name. Beside submitted/, where nbgrader does not look, `ResultFolders.superseded`
    keeps what it replaces, and `ResultFolders.arrivals` the findings and the place in the class download.
    A folder that the instructor changed stays until the student sends something else.

    Raises:
        SubmissionError: The submission was refused, or the student's folder belongs to another user of the same system.
        GraderFault: The folder cannot be written, or the submission could not be read.
    """
    _settle(submission, submitted_dir, assignment)
    return Path(submitted_dir) / submission.student / assignment.name


def _settle(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Submission:
    """Write a submission as `store` does; return what is to be graded, which may be the folder as it was changed."""
    if submission.fault is not None:
        raise GraderFault(submission.fault)
    if not VALID_ID.fullmatch(submission.student):
        raise GraderFault(f"{submission.student!r} cannot be the name of a folder.")
    target = Path(submitted_dir) / submission.student / assignment.name
    counts, arrived, finding = own_fix.settle(submission, target, assignment)
    if counts.problem is not None:
        raise SubmissionError(counts.problem)
    download = _refuse_other_user(counts, arrivals.recorded(target).download, assignment)
    files = contents(counts, assignment)
    for name in assignment.sheets:
        notebook = sheets.to_notebook(assignment.sheet(name), counts.sheets.get(name))
        files[f"{name}.ipynb"] = json.dumps(notebook, ensure_ascii=False).encode()
    try:
        superseded = arrivals.folders_of(target).superseded / submission.student
        if any(folder.is_symlink() for folder in (target, target.parent, superseded)):
            raise GraderFault(f"{target} is a link to another place: remove the link and grade again.")
        if _is_same(counts, target, files, assignment):
            for path, data in files.items():
                write_whole(target / path, data)
        else:
            _replace(target, files, superseded)
        arrivals.note(target, download, counts.findings, arrived, group=submission.group)
    except OSError as error:
        raise GraderFault(f"The submission of {submission.student} cannot be stored: {error}.") from error
    return replace(counts, findings=(*counts.findings, finding)) if finding else counts


def note_refused(submission: Submission, submitted_dir: Path, assignment: Assignment) -> None:
    """Write down what is known of a refused submission. Raises GraderFault when that fails."""
    if not VALID_ID.fullmatch(submission.student):
        return
    target = Path(submitted_dir) / submission.student / assignment.name
    try:
        arrivals.note(
            target, submission.download, (), digest_of(submission, assignment), group=submission.group, refused=True
        )
    except OSError as error:
        raise GraderFault(f"The submission of {submission.student} cannot be noted: {error}.") from error


def store_or_refuse(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Submission:
    """Write a submission to submitted/; return it, refused when its folder is somebody else's.

    One that cannot be written is graded all the same, and its report says so.
    """
    if submission.fault is not None:
        return submission
    return attempt(
        "Storing the submission",
        lambda: _store_or_refuse(submission, submitted_dir, assignment),
        lambda sentence: replace(submission, findings=(*submission.findings, Finding(Level.WARNING, sentence))),
        reads=True,  # a folder that cannot be written concerns this student; a full disk is noticed with the result
    )


def _store_or_refuse(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Submission:
    try:
        return _settle(submission, submitted_dir, assignment)
    except SubmissionError as error:
        if submission.problem is None:
            submission = replace(_under_own_name(submission, submitted_dir, assignment), problem=str(error))
    note_refused(submission, submitted_dir, assignment)
    return submission


def _under_own_name(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Submission:
    """Return a submission under the name that the system alone gives, not under the id of another.

    Under the id that it claims, its report would take the place of the other's. A finding names the owner.
    """
    holder = download_entry(submitted_dir, submission.student, assignment, refused=False)
    files = ", ".join(shown(entry) for entry in holder.entries) if holder else ""
    claim = Finding(Level.WARNING, f"The id {submission.student} belongs to the user who sent {files}.")
    student = own_name(submission) or submission.student
    return replace(submission, student=student, findings=(*submission.findings, claim))


def _refuse_other_user(
    submission: Submission, known: DownloadEntry | None, assignment: Assignment
) -> DownloadEntry | None:  # fmt: skip
    """Return the place in a download to be remembered. Raises SubmissionError when two users go by one id."""
    download = submission.download or known
    if submission.is_known:
        return download  # whoever has the folder took it by the name of a file, before there was a roster
    if download and known and download.user != known.user and kind_of(download.user) == kind_of(known.user):
        raise SubmissionError(
            f"The id {submission.student} belongs to another student on {download.system}: "
            f"send your files as {assignment.zip_name}."
        )
    return download


def _is_same(submission: Submission, target: Path, files: Mapping[str, bytes], assignment: Assignment) -> bool:
    """Whether a folder holds this very submission under the right names, so that nothing in it would be lost."""
    if not target.is_dir():
        return False
    paths = [path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()]
    present = {path.relative_to(target).as_posix() for path in paths}
    return (
        files.keys() - {f"{name}.ipynb" for name in assignment.sheets} <= present
        and present <= files.keys() | KEPT_FILES
        and digest_of(read_folder(target, submission.student, assignment), assignment)
        == digest_of(submission, assignment)
    )


def _replace(target: Path, files: Mapping[str, bytes], superseded: Path) -> None:
    """Put a complete new folder in the place of the old one, which is kept under the next number."""
    fresh = target.parent / f".{target.name}.incoming"
    shutil.rmtree(fresh, ignore_errors=True)  # left behind by a run that was killed
    for folder in {(fresh / path).parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (fresh / path).write_bytes(data)
    if target.exists():
        superseded.mkdir(parents=True, exist_ok=True)
        number = next(n for n in itertools.count(1) if not (superseded / str(n)).exists())
        target.rename(superseded / str(number))
    fresh.rename(target)
