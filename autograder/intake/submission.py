"""From what an instructor downloads to one Submission for each student; nothing in it is trusted.

A student's files are read in place, and only the required ones: nothing is unpacked. Slips are
repaired and listed as findings; what cannot be used is refused with one sentence that says what to send instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from ..formats import members
from ..lms.groups import Group
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import ConfigError
from ..model.submission import Submission
from . import owners, sources
from . import paths as given_paths
from .arrivals import recorded
from .owned import Owned
from .selection import select
from .senders import KnownStudents


def collect(paths: Sequence[Path], assignment: Assignment) -> list[Submission]:
    """Return all submissions in the paths, by student; see `each`."""
    return list(each(paths, assignment))


def each(
    paths: Sequence[Path], assignment: Assignment, known: KnownStudents = KnownStudents()
) -> Iterator[Submission]:  # fmt: skip
    """Yield the submissions by student; only one of them is in memory at a time. Raises ConfigError as `Inbox`."""
    with Inbox(paths, assignment, known) as inbox:
        yield from inbox


class Inbox:
    """The submissions in some paths: who sent them, and one after the other what they are; a context manager.

    `trials` names what a system's test student sent: an instructor's own trials, graded for nobody.
    """

    def __init__(
        self, paths: Sequence[Path], assignment: Assignment, known: KnownStudents = KnownStudents(),
        groups: Sequence[Group] = (),
    ) -> None:  # fmt: skip
        """Look through the paths.

        Args:
            paths: Class downloads, zips, loose files, folders of zips or of student folders, or nbgrader's submitted/.
            assignment: The homework.
            known: Users of these downloads who are known; their uploads are theirs, whatever the files are called.
            groups: Students who hand in together: each has what one of them sent.

        Raises:
            ConfigError: A path does not exist or holds nothing that looks like a submission. A fault inside a
                submission never raises: it ends in the findings or in the `problem` of that one.
        """
        self._assignment = assignment
        with ExitStack() as stack:
            found = given_paths.find(paths, assignment, stack)
            self._owned, trials = owners.by_owner(found, assignment, known, groups)
            self.trials = tuple(source.full_name for source in trials)
            if not self._owned:
                raise ConfigError("Only the system's test student sent something, and that is not graded.")
            self._stack = stack.pop_all()

    @property
    def students(self) -> list[str]:
        """The ids, in order."""
        return [owned.student for owned in self._owned]

    def only(self, student: str) -> None:
        """Leave all others out, but for those who handed in together with this student."""
        partners = {student}
        for owned in self._owned:
            if owned.student == student and owned.group:
                partners.update(owned.group.members)
        self._owned = [owned for owned in self._owned if owned.student in partners]

    def __iter__(self) -> Iterator[Submission]:
        """Yield the submissions by student; only one of them is in memory at a time."""
        for owned in self._owned:
            yield _read(owned, self._assignment)

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
    return _read(Owned(student, [source]), assignment)


def own_name(submission: Submission) -> str | None:
    """Return the id that the system alone gives whoever sent a submission; None where none came from a system."""
    return (submission.download.own_id or None) if submission.download else None


def _read(owned: Owned, assignment: Assignment) -> Submission:
    """Return the submission; when reading it breaks, one that says so."""
    return attempt(
        "Reading the submission",
        lambda: _submission(owned, assignment),
        lambda sentence: Submission(owned.student, fault=sentence),
        reads=True,
    )


def _submission(owned: Owned, assignment: Assignment) -> Submission:
    """Read the files that count; of a folder that `store` wrote, what was written down then is still true."""
    submission = select(owned, assignment)
    source = owned.sources[0]
    if source.path is None or len(owned.sources) > 1:
        return submission
    levels = [source.path, source.path / assignment.name]
    if not source.in_class:  # submitted/ itself, with one student in it
        levels.append(source.path / owned.student / assignment.name)
    for folder in levels:
        if folder.name == assignment.name and folder.is_dir():
            known = recorded(folder)
            findings = tuple(dict.fromkeys((*known.findings, *submission.findings)))
            return replace(submission, download=known.download, findings=findings, group=known.group)
    return submission
