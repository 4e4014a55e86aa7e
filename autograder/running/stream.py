"""Grade many submissions, one after the other or on many workers; stored results that are still valid are used again.

Only a few submissions are in memory at a time, whatever the size of the class.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..grading import grader
from ..grading.cache_key import WRITTEN, CacheKey, CacheKeys
from ..handin.problems import Level
from ..intake import read_folder
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import GraderFault
from ..model.report import Awaiting, CheckResult, Finding, ItemResult, Report, Verdict
from ..model.submission import Submission
from ..session.zygote_factory import ZygoteFactory
from . import changes, worker
from .results import Graded, Plan, Store
from .worker import Course

if TYPE_CHECKING:
    from .cluster import Workers


@dataclass(frozen=True)
class Settings:
    """How a class is graded.

    `jobs` worker processes on this machine, or the workers of the Dask scheduler at `scheduler`. `fresh` regrades
    what is stored already, `weak` grades although a layer of the confinement is missing.
    """

    jobs: int = 1
    scheduler: str | None = None
    fresh: bool = False
    weak: bool = False


@dataclass(frozen=True)
class Outcome:
    """A submission with its report, as it is stored now."""

    submission: Submission
    report: Report
    is_first: bool  # there was no report of this student before


def grade_each(
    submissions: Iterable[Submission], assignment: Assignment, store: Store, settings: Settings = Settings()
) -> Generator[Outcome, None, None]:
    """Yield each submission when its report is stored, in the order in which they are finished.

    A new submission is taken only when there is room for it; what the store has that is still valid is used again.

    Raises:
        ConfigError: The scheduler or its workers cannot be used.
        GraderFault: The workers are gone. What was yielded is stored.
    """
    with contextlib.ExitStack() as stack:
        ledger, pool = _Ledger(assignment, store, settings), None
        later: list[Submission] = []  # what another member of the group has sent as well, and is being graded
        for batch in (submissions, later):
            for submission in batch:
                if ledger.is_graded_for_another(submission):
                    later.append(submission)
                    continue
                plan = ledger.open(submission)
                if isinstance(plan, Outcome):
                    yield plan
                    continue
                if pool is None:
                    pool = stack.enter_context(_pool(assignment, store, settings))
                while pool.full:
                    yield ledger.close(*pool.next())
                pool.send(submission, plan)
            while pool is not None and pool.busy:
                yield ledger.close(*pool.next())


def grade_folder(folder: Path, student: str, assignment: Assignment, *, weak: bool = False) -> Report:
    """Grade one student's folder of submitted/ as `nbgrader autograde` needs it; the report is stored, too.

    Raises ConfigError while `autograder grade` is at work in the course.
    """
    store = Store(assignment.course_dir, assignment.name)
    with store.alone():
        (outcome,) = grade_each([read_folder(folder, student, assignment)], assignment, store, Settings(weak=weak))
        return outcome.report


def refused(submission: Submission, assignment: Assignment, seed: str) -> Report:
    """Return the report of a submission that could not be read at all."""
    sentence = submission.problem or ""
    line = (CheckResult("submission", Verdict.NOT_ATTEMPTED, 1, seen=sentence),)
    items = tuple(ItemResult(i.id, 0.0, i.points, Verdict.NOT_ATTEMPTED, line) for i in assignment.auto_items)
    awaiting = grader.awaiting(assignment, submission)
    return Report(
        submission.student, items, awaiting, submission.findings, seed, refused=sentence, graded_at=grader.now()
    )


def faulty(submission: Submission, assignment: Assignment, seed: str, sentence: str) -> Report:
    """Return the report of a submission that a fault of ours left without scores."""
    line = (CheckResult("grader", Verdict.GRADER_FAULT, 1, seen=sentence),)
    items = tuple(ItemResult(i.id, None, i.points, Verdict.GRADER_FAULT, line) for i in assignment.auto_items)
    # Nothing of the submission is looked at: what took a worker down must not do the same here.
    awaiting = tuple(Awaiting(item.id, item.points) for item in assignment.person_items)
    findings = (*submission.findings, Finding(Level.ERROR, sentence))
    return Report(submission.student, items, awaiting, findings, seed, graded_at=grader.now())


class _Ledger:
    """Says what has to be graded of each submission, and stores what came of it."""

    def __init__(self, assignment: Assignment, store: Store, settings: Settings) -> None:
        self._assignment, self._store, self._fresh = assignment, store, settings.fresh
        self._seed = store.seed()
        self._cache_keys = CacheKeys(assignment, self._seed, weak=settings.weak)
        self._open: dict[str, tuple[Graded, dict[str, CacheKey], Plan]] = {}
        self._graded: set[str] = set()  # students in this run

    def is_graded_for_another(self, submission: Submission) -> bool:
        """Whether the same work is being graded for another member of the group: each member has one result."""
        return submission.group is not None and any(member in self._open for member in submission.group.members)

    def open(self, submission: Submission) -> Outcome | Plan:
        """Return what has to be graded; the outcome, if nothing has to be."""
        return attempt(
            "Looking up the submission",
            lambda: self._plan(submission),
            lambda sentence: self._faulty(submission, sentence),
        )

    def _plan(self, submission: Submission) -> Outcome | Plan:
        if submission.fault is not None:
            return self._faulty(submission, submission.fault)
        if submission.problem is not None:
            return self._keep(submission, refused(submission, self._assignment, self._seed))
        known, keys = self._store.graded(submission.student), self._cache_keys.of(submission)
        plan = (Graded() if self._fresh else known).stale(keys, self._assignment)
        if plan is None:
            return self._keep(submission, known.report(submission, self._assignment, self._seed))
        if partners := self._graded_for_partner(submission, keys):
            return self._keep(submission, partners.report(submission, self._assignment, self._seed), partners)
        self._open[submission.student] = (known, keys, plan)
        return plan

    def _graded_for_partner(self, submission: Submission, keys: Mapping[str, CacheKey]) -> Graded | None:
        """Return the result of another member of the group if it is of the same work, and as fresh as asked for."""
        members = submission.group.members if submission.group else ()
        for member in members:
            if member != submission.student and (member in self._graded or not self._fresh):
                graded = self._store.graded(member)
                if graded.stale(keys, self._assignment) is None:
                    return graded
        return None

    def close(self, submission: Submission, result: str | GraderFault) -> Outcome:
        """Store what came of the work and return it."""
        return attempt(
            "Storing the result",
            lambda: self._close(submission, result),
            lambda sentence: self._faulty(submission, sentence),
        )

    def _faulty(self, submission: Submission, sentence: str) -> Outcome:
        return self._keep(submission, faulty(submission, self._assignment, self._seed, sentence))

    def _close(self, submission: Submission, result: str | GraderFault) -> Outcome:
        known, keys, plan = self._open.pop(submission.student)
        self._graded.add(submission.student)
        if isinstance(result, GraderFault):
            fresh, findings = self._nothing(submission, plan, str(result)), [Finding(Level.ERROR, str(result))]
            sound = {key: value for key, value in keys.items() if key != WRITTEN}
        else:
            fresh, findings, sound = Graded.from_json(result), [], keys
        graded = known.updated(fresh, sound)
        report = graded.report(submission, self._assignment, self._seed).with_findings(*findings)
        reasons = {key: value.why_not(known.cache_keys[key]) for key, value in keys.items() if key in known.cache_keys}
        return self._keep(submission, report, graded, reasons)

    def _nothing(self, submission: Submission, plan: Plan, sentence: str) -> Graded:
        """Return the planned items without a score, as a fault of ours leaves them."""
        lost = faulty(replace(submission, findings=()), self._assignment, self._seed, sentence)
        parts = {
            name: replace(lost, items=tuple(item for item in lost.items if item.id in ids), findings=())
            for name, ids in plan.items()
        }
        return Graded(parts, lost.awaiting_person)

    def _keep(
        self, submission: Submission, report: Report, graded: Graded | None = None, reasons: Mapping[str, str] = {}
    ) -> Outcome:
        before = self._store.report(submission.student)
        self._store.keep(report, graded, changes.between(before, report, reasons))
        return Outcome(submission, report, is_first=before is None)


class _Here:
    """Grades in this process, for one submission or a machine with one core; has the methods of cluster.Workers."""

    def __init__(self, course: Course, seed: str) -> None:
        self._course, self._seed = course, seed
        self._next: tuple[Submission, Plan] | None = None

    @property
    def full(self) -> bool:
        return self._next is not None

    busy = full

    def send(self, submission: Submission, plan: Plan) -> None:
        self._next = (submission, plan)

    def next(self) -> tuple[Submission, str | GraderFault]:
        assert self._next is not None
        (submission, plan), self._next = self._next, None
        try:
            return submission, worker.grade(submission, self._course, plan, self._seed)
        except GraderFault as fault:
            return submission, fault
        except Exception as error:  # a fault of ours as well, of which no other submission knows
            return submission, GraderFault(f"The grader broke: {type(error).__name__}: {error}.")


@contextlib.contextmanager
def _pool(assignment: Assignment, store: Store, settings: Settings) -> Iterator[_Here | Workers]:
    course = Course(assignment.course_dir, assignment.name, assignment.libraries, weak=settings.weak)
    with contextlib.ExitStack() as stack:
        if settings.scheduler is not None:
            from . import remote_cluster

            workers = remote_cluster.workers_of(settings.scheduler, assignment, store.seed(), weak=settings.weak)
            yield stack.enter_context(workers)
        elif settings.jobs <= 1:
            yield _Here(course, store.seed())
        else:
            factory = stack.enter_context(ZygoteFactory(assignment.libraries))
            from . import local_cluster  # Dask takes half a second to import; the factory loads her libraries meanwhile

            started = local_cluster.started(settings.jobs, course, store.seed(), store.work, factory.requests)
            yield stack.enter_context(started)
