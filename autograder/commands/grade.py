"""One run over a class, from paths to gradebook and report: `autograder grade`."""

import contextlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from .. import gradebook, intake, running
from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..formats.members import shown
from ..gradebook.recorder import Recorder
from ..intake.people import everybody
from ..lms import groups as group_lists
from ..lms import roster as rosters
from ..lms.roster import Roster
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.plain_text import one_line
from ..model.result_folders import ResultFolders
from ..model.submission_status import NAME_LIMIT
from ..nbgrader import formgrader
from ..reports.changes_table import format_changes
from ..reports.stored_class import refuse_version_1, stored_reports
from ..reports.stored_lateness import by_id
from ..session.launcher import require_layers
from .report import absentees, write_report

DONE, NEEDS_A_PERSON = 0, 1
ROOM_OF_WORKER = 2 * 2**20  # bytes: a copy of the kit, 0.6 MB, and the socket and scratch files of its processes


def grade(
    course_dir: Path, paths: Sequence[Path], out: Path | None = None, *, name: str = "", jobs: int = 1,
    scheduler: str | None = None, student: str | None = None, roster: Path | None = None, groups: Path | None = None,
    fresh: bool = False, weak: bool = False,
) -> int:  # fmt: skip
    """Collect, grade, fill the gradebook, write the report; return the exit code.

    What `autograder grade --help` says of an option is true of the argument of its name. `out` receives submitted/,
    autograded/, results/, report/ and gradebook.db; a `roster` replaces that of the settings, or the one used last, and
    `groups` those that were used last.

    Raises:
        ConfigError: A path holds nothing to grade, the sources contradict themselves, or a layer is missing.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    refuse_version_1(folders)
    known_users, known_names = intake.known_users(folders), intake.known_names(folders)
    course = rosters.find(roster or settings.roster, folders.out, known_users, known_names)
    listed = group_lists.find(groups, folders)
    with intake.Inbox(paths, assignment, _known_students(course, folders), listed) as inbox:
        if inbox.trials:
            print(f"Not graded, because a test student sent it: {', '.join(map(shown, inbox.trials))}.")
        known = everybody(course, folders, inbox.students)
        by_id(settings.late_policy, known)  # raises now, not when everybody has been graded
        if student is not None:
            student = known.student(student)
            inbox.only(student)
            if not inbox:
                raise ConfigError(f"There is no submission of {known.written(student)} in these paths.")
        if not weak:
            require_layers()
        if scheduler is None:
            _require_room(min(jobs, len(inbox)))
        if course is not None:
            rosters.remember(course, folders.out)
        if groups is not None:
            group_lists.remember(listed, folders)
        options = running.Settings(min(jobs, len(inbox)), scheduler, fresh, weak)
        store = running.Store(folders.out, folders.assignment)
        said = {"student": student, "roster": roster, "groups": groups, "fresh": fresh, "weak": weak}
        with store.alone(), store.run_log.running(paths, said) as run:
            is_first, recorder = _grade_class(inbox, assignment, settings, folders, store, options)
            run.submissions = len(inbox)
            changes = store.change_log.all()
        graded = set(inbox.students)
    formgrader.make_openable(folders.out, course_dir)
    reports = stored_reports(folders)
    slow = [float(entry.versions.get("machine_factor", 1)) for entry in reports if entry.student in graded]
    if max(slow, default=1) > 1:
        print(f"A machine was slow: it gave each submission up to {max(slow):g} times the usual processor time.")
    if not is_first:
        titles = assignment.headings
        named = [
            replace(change, student=known.written(change.student), item=titles.get(change.item, change.item))
            for change in changes
        ]
        print(format_changes(named))
    store.change_log.close()
    if course is not None and (absent := absentees(course, reports)):
        names = "; ".join(one_line(name, 2 * NAME_LIMIT) for name in absent)
        print(f"No submission from {len(absent)} of {len(course.members)} students in the roster: {names}.")
    code = write_report(
        reports, assignment, settings, folders, course, recorder.pictures, recorder.code,
        graded=graded, gradebook_fails=bool(recorder.problem),
    )  # fmt: skip
    for sentence in recorder.not_entered:
        print(f"Graded, but not in the gradebook: {sentence}")
        code = NEEDS_A_PERSON
    if recorder.problem:
        raise ConfigError(recorder.problem)
    return code


def _known_students(course: Roster | None, folders: ResultFolders) -> intake.KnownStudents:
    """Return whom the instructor knows by a system's users; a roster says more than earlier downloads."""
    users, names = intake.known_users(folders), intake.known_names(folders)
    if course is None:
        return intake.KnownStudents(users, names=names)
    users, names = {**users, **course.by_user}, {**names, **course.names}
    more = course.people, course.other_ids, course.sent
    return intake.KnownStudents(users, course.students, names, course.test_users, *more)


def _require_room(jobs: int) -> None:
    """Raise ConfigError where the workers could not even unpack what students import."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < jobs * ROOM_OF_WORKER:
        raise ConfigError(
            f"The folder for temporary files, {folder}, has {free / 2**20:.1f} MiB free: make room there, "
            "or set TMPDIR to another folder."
        )


def _grade_class(
    inbox: intake.Inbox, assignment: Assignment, settings: CourseSettings, folders: ResultFolders,
    store: running.Store, options: running.Settings,
) -> tuple[bool, Recorder]:  # fmt: skip
    """Grade and record one after the other; return whether none had been graded before, and the closed recorder."""
    is_first = True
    with contextlib.ExitStack() as stack:
        db_url = gradebook.url(settings, folders.out)
        recorder = stack.enter_context(
            Recorder(assignment, settings, db_url, folders.out, jobs=options.jobs, weak=options.weak)
        )
        progress = stack.enter_context(contextlib.closing(Progress(len(inbox))))
        stored = (
            recorder.expect(intake.store_or_refuse(submission, folders.submitted, assignment)) for submission in inbox
        )
        outcomes = stack.enter_context(contextlib.closing(running.grade_each(stored, assignment, store, options)))
        for outcome in outcomes:
            recorder.record(outcome.report, outcome.submission)
            progress.count()
            is_first = is_first and outcome.is_first
    return is_first, recorder


class Progress:
    """Says how far the grading is: a bar with the time left on a terminal, a line for each tenth elsewhere."""

    def __init__(self, total: int) -> None:
        """Begin with nothing done of `total` submissions."""
        self._total, self._done = total, 0
        tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, which a killed run leaves behind
        self._bar = tqdm(total=total, desc="graded", unit="submission", disable=None)  # None: only on a terminal

    def count(self) -> None:
        """Count one more finished submission."""
        self._done += 1
        self._bar.update()
        if self._bar.disable and (self._done == self._total or self._done % max(1, self._total // 10) == 0):
            print(f"graded {self._done} of {self._total}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.close()
