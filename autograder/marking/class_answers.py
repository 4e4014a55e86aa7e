"""All answers of a class for the marking desk: loaded in about a second, then kept up to date at each request.

Each student has one small file in `ResultFolders.answers`, written when the submission is recorded. Who was graded
before there were such files, or has a damaged one, gets it made anew from submitted/, without grading.
"""

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..formats.whole_files import write_whole
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.report import Report
from ..model.result_folders import ResultFolders
from .student_answers import UNREADABLE, Answer, Status, StudentAnswers

SETTLED_NS = 2_000_000_000  # a folder that changed less than this ago may change again with the same time stamp
MAX_FILE = 64 * 2**20  # bytes of a file to serve; the PDF of a student has 32 MiB at most
_KINDS = {".jpg": ("image/jpeg", b"\xff\xd8\xff"), ".pdf": ("application/pdf", b"%PDF")}
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")

Rebuild = Callable[[Report], StudentAnswers | None]  # makes the answers of one student from what was submitted
Stamp = tuple[int, int, int]  # of a file: its time of change, its size, its number on the disk


@dataclass(frozen=True)
class ServedFile:
    """A file that a browser may be given: a picture that was drawn anew, or the PDF as it was handed in."""

    data: bytes
    kind: str  # the MIME type; what is no picture is for download only


def write(answers: StudentAnswers, folders: ResultFolders) -> None:
    """Keep the answers of one student; a file that says the same is left alone. Raises OSError."""
    path = folders.answers / f"{answers.student}.json"
    text = answers.to_json()
    data = text.encode("utf-8", errors="backslashreplace")
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return
    folders.answers.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


class ClassAnswers:
    """The answers of all students with a report. Any thread may ask; what was returned never changes."""

    def __init__(self, assignment: Assignment, folders: ResultFolders, rebuild: Rebuild) -> None:
        """Load nothing yet; `rebuild` may return None for a student whose submission is gone."""
        self.version = 0  # rises with every change
        self.missing: Mapping[str, str] = {}  # who has a report but no answers, and why, in a sentence
        self._assignment, self._folders, self._rebuild = assignment, folders, rebuild
        self._lock = threading.Lock()
        self._looked: tuple[int, ...] = ()  # times of change of both folders when they were last looked at
        self._stamps: dict[str, Stamp] = {}
        self._students: dict[str, StudentAnswers] = {}
        self._by_item: dict[str, dict[str, Answer]] = {item.id: {} for item in assignment.person_items}

    def load(self, progress: Callable[[Iterable[str]], Iterable[str]] = iter) -> None:
        """Read everybody's file and make those that are missing; `progress` goes round the students to make."""
        self.refresh()
        to_make = [student for student in self._graded() if student not in self._students]
        made = {student: self._make(student) for student in progress(to_make)}
        self.missing = {student: problem for student, problem in made.items() if problem}
        if to_make:
            self.refresh()

    def refresh(self) -> frozenset[str]:
        """Take up what changed on disk, and return the students whose answers changed, are new or are gone.

        Nothing but two time stamps is read where nothing changed. A file that was damaged since leaves what was known.
        """
        with self._lock:
            before, looked = self._students, self._times_of_change()
            if looked == self._looked:
                return frozenset()
            stamps = self._all_stamps()
            students: dict[str, StudentAnswers] = {}
            for student, stamp in stamps.items():
                known = before.get(student)
                read = known if known and stamp == self._stamps.get(student) else self._read(student)
                if (kept := read or known) is not None:
                    students[student] = kept
            # What has just changed may change again without a later time: so it is looked at again.
            is_settled = max(looked) < time.time_ns() - SETTLED_NS
            self._looked, self._stamps = looked if is_settled else (), stamps
            changed = {student for student in before | students if before.get(student) != students.get(student)}
            if changed:
                self._by_item = self._arranged(students)
                self._students = students
                self.version += 1
            return frozenset(changed)

    @property
    def students(self) -> tuple[str, ...]:
        """Everybody, in the order of every list of the class."""
        return tuple(self._students)

    def of_item(self, item_id: str) -> Mapping[str, Answer]:
        """Return everybody's answer to one item, by student. Raises KeyError for an item that nobody marks."""
        return self._by_item[item_id]

    def of_student(self, student: str) -> Mapping[str, Answer]:
        """Return the answers of one student by item. Raises KeyError for a stranger."""
        by_item, answers = self._by_item, self._students[student].answers
        return {item_id: by_item[item_id][student] for item_id in answers}

    def file(self, student: str, name: str) -> ServedFile | None:
        """Return a file that is shown next to a student's answers, None for any other name and for a stranger."""
        known = self._students.get(student)
        if known is None or name not in known.files:
            return None
        kind, start = _KINDS.get(Path(name).suffix, ("", b""))
        path = self._folders.autograded(student) / name
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                data = file.read(MAX_FILE + 1)
                if kind and data.startswith(start) and len(data) <= MAX_FILE:
                    return ServedFile(data, kind)
        return None

    def _times_of_change(self) -> tuple[int, ...]:
        times = []
        for folder in (self._folders.answers, self._folders.results):
            try:
                times.append(folder.stat().st_mtime_ns)
            except OSError:
                times.append(0)
        return tuple(times)

    def _graded(self) -> list[str]:
        """Return who has a report, in the order of every list of the class."""
        try:
            names = os.listdir(self._folders.results)
        except OSError:
            names = []
        students = [name.removesuffix(".json") for name in names if name.endswith(".json") and _is_shown(name)]
        return sorted(students, key=lambda student: (student.casefold(), student))

    def _all_stamps(self) -> dict[str, Stamp]:
        """Return the stamps of the files of everybody who has a report, in the order of the class."""
        try:
            with os.scandir(self._folders.answers) as entries:
                found = {entry.name: entry.stat() for entry in entries if _is_shown(entry.name)}
        except OSError:
            found = {}
        stats = {student: found.get(f"{student}.json") for student in self._graded()}
        return {
            student: (status.st_mtime_ns, status.st_size, status.st_ino) for student, status in stats.items() if status
        }

    def _read(self, student: str) -> StudentAnswers | None:
        """Return what a student's file holds; nothing of a damaged one, of another schema or of another's."""
        with contextlib.suppress(OSError, *UNREADABLE):
            path = self._folders.answers / f"{student}.json"
            read = StudentAnswers.from_json(path.read_bytes())
            asked = [item.id for item in self._assignment.person_items]
            is_safe = all(map(_SAFE_NAME.fullmatch, read.files))
            if read.student == student and [*read.answers] == asked and is_safe:
                return read
        return None

    def _make(self, student: str) -> str:
        """Make a student's file anew; return what was in the way of that, in a sentence, or ""."""

        def make() -> str:
            report = Report.from_json((self._folders.results / f"{student}.json").read_text(encoding="utf-8"))
            made = self._rebuild(report)
            if made is None or made.student != student:
                return f"What {student} handed in is not in {self._folders.submitted}."
            write(made, self._folders)
            return ""

        return attempt(f"Reading what {student} wrote", make, str, reads=True)

    def _arranged(self, students: Mapping[str, StudentAnswers]) -> dict[str, dict[str, Answer]]:
        """Return the answers by item, then by student, with what a group handed in together marked once."""
        by_item: dict[str, dict[str, Answer]] = {item.id: {} for item in self._assignment.person_items}
        for student, known in students.items():
            partners = [students[other] for other in known.group if other in students]
            for item_id, answer in known.answers.items():
                by_item[item_id][student] = _shared(answer, partners, known.group)
        return by_item


def _shared(answer: Answer, partners: Iterable[StudentAnswers], group: tuple[str, ...]) -> Answer:
    """Return an answer as SHARED if the first member of the group who has the same one is somebody else."""
    if not group or answer.status is Status.REFUSED:
        return answer
    same = (other.answers[answer.item] for other in partners if other.group == group)
    first = next((other for other in same if other.digest == answer.digest and other.status is answer.status), answer)
    if first.student == answer.student:
        return answer
    return replace(answer, status=Status.SHARED, reason=first.student)


def _is_shown(name: str) -> bool:
    return not name.startswith(".")  # what is being written
