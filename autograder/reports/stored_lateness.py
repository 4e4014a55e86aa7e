"""How late everybody is, by the stored arrivals of all assignments: computed whenever scores leave, never stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from .. import gradebook, intake, running
from ..course.course_settings import CourseSettings
from ..lms.find_student import Students
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.late_budget import Budget
from ..model.lateness import BY_STUDENT, Lateness, LatePolicy
from ..model.report import Report
from ..model.result_folders import ResultFolders

_LAST = datetime.max.replace(tzinfo=UTC)  # an assignment without a due date spends its late days after all others


def lateness(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders,
    students: Students,
) -> dict[str, Lateness]:  # fmt: skip
    """Return how late everybody is who is late, or used an extension, by student.

    Raises:
        ConfigError: The settings name several students at once, or reports of an earlier assignment cannot be read.
    """
    policies = {**settings.late_policies, assignment.name: settings.late_policy}
    policies = {name: by_id(policy, students) for name, policy in policies.items()}
    policy = policies[assignment.name]
    left = _left(assignment.name, policies, folders)
    found = {}
    for entry in reports:
        when, is_marked = _arrival(entry, folders, policy)
        budget = None if entry.refused else left.get(entry.student, policy.budget(entry.student))
        late = policy.lateness(
            entry.student, when, is_marked_late=is_marked, possible=assignment.points, left=budget
        )  # fmt: skip
        if late.words:
            found[entry.student] = late
    return found


def by_id(policy: LatePolicy, students: Students) -> LatePolicy:
    """Return the policy with the ids of the students whom it names; whom nobody knows keeps the name that it says.

    Raises:
        ConfigError: A name may be that of several students, or two are those of one.
    """

    def id_of(who: str) -> str:
        found = students.named(who)
        if len(found) > 1:
            raise ConfigError(f"c.LatePolicy of nbgrader_config.py names a student unclearly: {students.unclear(who)}")
        return found[0] if found else who

    return policy.by_id(id_of)


def strangers(policy: LatePolicy, students: Students) -> list[str]:
    """Return a sentence about each name in the policy that is nobody's."""
    return [
        f"c.LatePolicy.{setting} has no effect for one name: {students.unclear(who)}"
        for setting in BY_STUDENT
        for who in getattr(policy, setting)
        if not students.named(who)
    ]


def _left(name: str, policies: Mapping[str, LatePolicy], folders: ResultFolders) -> dict[str, Budget]:
    """Return what the assignments that were due before leave of the budgets of those who were late, by student."""
    order = sorted(policies, key=lambda other: (_due(policies[other]), other))
    left: dict[str, Budget] = {}
    if not policies[name].has_budgets:
        return left
    for other in order[: order.index(name)]:
        policy, of_other = policies[other], ResultFolders(folders.out, other)
        for entry in _graded(of_other):
            before = left.get(entry.student, policy.budget(entry.student))
            if before is not None:
                when, is_marked = _arrival(entry, of_other, policy)
                days, _ = policy.days(entry.student, when, is_marked_late=is_marked)
                left[entry.student] = before.after(days, policy.free_days_per_assignment)
    return left


def _graded(folders: ResultFolders) -> Iterable[Report]:
    """Return the reports of an assignment, without refused submissions, which spend nothing."""
    try:
        return [entry for entry in running.Store(folders.out, folders.assignment).all() if not entry.refused]
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _due(policy: LatePolicy) -> datetime:
    return policy.due.astimezone(UTC) if policy.due else _LAST


def _arrival(entry: Report, folders: ResultFolders, policy: LatePolicy) -> tuple[datetime | None, bool]:
    """Return when a submission was sent, in UTC without a zone, and whether its system marks it as late."""
    folder = folders.submitted / entry.student / folders.assignment
    known = intake.recorded(folder, refused=bool(entry.refused)).download
    when = policy.in_utc(known.submitted_at if known else "") or gradebook.submitted_at(folder)
    return when, known is not None and known.late
