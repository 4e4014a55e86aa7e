"""What runs where submissions are graded: it keeps a zygote, and grades what it is given, one after the other."""

import atexit
import contextlib
import ctypes
import gc
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ..course import assignment as assignments
from ..grading import check_run, grader, interpreter
from ..grading.cache_key import package_digest
from ..model.assignment import Assignment
from ..model.errors import GraderFault
from ..model.report import Report
from ..model.submission import Submission
from ..session.launcher import Zygote
from .results import Graded, Plan

SUBMISSIONS_PER_ZYGOTE = 200  # renewed so that nothing can pile up in a long run
ZYGOTES_PER_PART = 2
# M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of mallopt(3), in bytes. The weights of a network fill 8 MB: as it
# is, each copy comes as fresh pages from the kernel and goes back.
MEMORY_SETTINGS = {-1: 128 * 2**20, -2: 16 * 2**20, -3: 32 * 2**20}

COURSE = "AUTOGRADER_COURSE"  # environment variable that says to `preloaded` what the workers will grade

_zygotes: dict[tuple[Path, bool], tuple[Zygote, int]] = {}  # by source folder of the assignment
_zygote_lock = threading.Lock()
_sent: dict[str, Path] = {}
_factory: socket.socket | None = None  # where the run's factory takes requests for zygotes


@dataclass(frozen=True)
class Course:
    """Where the course lies that submissions are graded for: on this machine, or unpacked there by `remote_cluster`."""

    folder: Path
    assignment: str = ""  # its name; "" for the only one
    libraries: tuple[str, ...] = ()  # that it names
    sent_as: str = ""  # the name under which it was sent to other machines
    package: str = ""  # digest of the code that sent it
    weak: bool = False  # grade although a layer of the confinement is missing


def grade(submission: Submission, course: Course, plan: Plan, seed: str) -> str:
    """Grade what the plan asks for; return a Graded as JSON.

    Never raises for a fault in the submission. Raises GraderFault for one of ours that leaves no result at all.
    """
    refuse_unfit()
    if course.sent_as:
        refuse_other_version(course)
    assignment, bare = _load(folder_of(course), course.assignment), replace(submission, findings=(), sheets={})
    parts = {name: _part(bare, assignment, seed, ids, weak=course.weak) for name, ids in plan.items()}
    return Graded(parts, grader.awaiting(assignment, submission)).to_json()


def folder_of(course: Course) -> Path:
    """Return where this process has the course. Raises GraderFault for one that was sent and has not come."""
    if not course.sent_as:
        return course.folder
    if course.sent_as not in _sent:
        raise GraderFault("The course has not reached the worker.")
    return _sent[course.sent_as]


def _part(submission: Submission, assignment: Assignment, seed: str, ids: frozenset[str], *, weak: bool) -> Report:
    """Grade some items; when somebody kills the zygote, once more with another one."""
    for _ in range(ZYGOTES_PER_PART):
        zygote = _zygote(assignment, weak)
        report = grader.grade(submission, assignment, seed, zygote, only=ids)
        if zygote.alive:
            break
    return report


def refuse_unfit() -> None:
    """Raise GraderFault unless this process may grade: some settings of Python would change grades."""
    if problem := interpreter.problem():
        raise GraderFault(f"This worker must not grade. {problem}")


def refuse_other_version(course: Course) -> None:
    """Raise GraderFault unless the code and the libraries that decide a result are the same here."""
    if course.package != package_digest(course.libraries):
        raise GraderFault(
            "A worker has another version of the autograder, of Python or of a library: install the same version."
        )


def receive_course(name: str, folder: Path) -> None:
    """Take a course that was sent to this machine."""
    _sent[name] = folder


def forget_course(name: str) -> Path | None:
    """End what was started for a course that was sent here; return its folder."""
    folder = _sent.pop(name, None)
    if folder is not None:
        with _zygote_lock:
            close_zygotes(key for key in list(_zygotes) if key[0].is_relative_to(folder.resolve()))
    return folder


def take_factory(requests: socket.socket) -> None:
    """Have zygotes forked from now on."""
    global _factory
    _factory = requests


def close_zygotes(keys: Iterable[tuple[Path, bool]]) -> None:
    """End zygotes; their student processes end with them."""
    for key in keys:
        zygote, _ = _zygotes.pop(key)
        with contextlib.suppress(OSError):
            zygote.close()


def _zygote(assignment: Assignment, weak: bool) -> Zygote:
    """Return this process's zygote for the assignment, a fresh one when it has died or served its time."""
    with _zygote_lock:
        key = assignment.source_dir, weak
        zygote, served = _zygotes.get(key, (None, 0))
        if zygote is not None and (not zygote.alive or served >= SUBMISSIONS_PER_ZYGOTE):
            close_zygotes([key])
            zygote = None
        if zygote is None:
            hidden = [path for path in assignment.course_dir.iterdir() if path.name != ".venv"]
            kit, libraries, files = assignment.kit_dir, assignment.libraries, assignment.given_files
            zygote = Zygote(
                kit, hidden, weak=weak, libraries=libraries, files=files, kit_without=assignment.ungraded,
                factory=_factory,
            )  # fmt: skip
            served = 0
        _zygotes[key] = (zygote, served + 1)
        return zygote


@atexit.register
def close_all_zygotes() -> None:
    """End all that this process started."""
    close_zygotes(list(_zygotes))


def _reuse_memory() -> None:
    """Let this process keep what it frees, where the C library is the GNU one."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, size in MEMORY_SETTINGS.items():
            mallopt(setting, size)


@lru_cache(maxsize=2)
def _load(folder: Path, name: str) -> Assignment:
    loaded = assignments.load(folder, name)
    check_run.collect(loaded)
    _reuse_memory()
    gc.collect()
    gc.freeze()  # all of it stays: no collection has to look through it again
    return loaded
