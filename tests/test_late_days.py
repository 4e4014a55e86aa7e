"""The budget of late days of a course, from the stored arrivals of all its assignments."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.course_settings import CourseSettings
from autograder.intake import arrivals
from autograder.lms.find_student import Students
from autograder.lms.roster import Member
from autograder.model.lateness import Lateness, late_policy
from autograder.model.report import Report
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import DownloadEntry, GroupWork
from autograder.reports.stored_lateness import lateness
from autograder.running import Store

# Alphabetical order is not that of the due dates, and of two on one day the name decides.
DUE = {"c": "2026-02-01 23:59-05:00", "a": "2026-03-01 23:59-05:00", "b": "2026-03-01 23:59-05:00"}
BUDGET = {"percent_per_day": 10, "free_days": 3}
IN_TIME, LATE_1, LATE_2, LATE_4 = (f"2026-0{{month}}-0{day} 12:00-05:00" for day in (1, 2, 3, 5))


class Course:
    """A course folder with what three assignments stored."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def sent(
        self, name: str, when: str, student: str = "ben", *, late: bool = False, refused: str = "",
        group: GroupWork | None = None,
    ) -> None:  # fmt: skip
        """Store the report of a submission, and when it came; "" for Canvas, which says no time."""
        folders = ResultFolders(self.out, name)
        time = when.format(month=2 if name == "c" else 3)
        entry = DownloadEntry("1", late, ("x",), submitted_at=time)
        arrivals.note(folders.submitted / student / name, entry, (), group=group, refused=bool(refused))
        Store(self.out, name).keep(Report(student, (), refused=refused))

    def late(self, name: str, student: str = "ben", **settings: Any) -> Lateness:
        """Return how late a student is, by settings of all assignments and, under its name, of each."""
        of_all = {key: value for key, value in settings.items() if key not in DUE}
        policies = {
            other: late_policy({"due": DUE[other], **of_all, **settings.get(other, {})}) for other in DUE
        }  # fmt: skip
        course = CourseSettings(late_policy=policies[name], late_policies=policies)
        homework: Any = SimpleNamespace(name=name, points=100.0)
        reports = Store(self.out, name).all()
        students = Students([Member("ben", "Roe, Ben", email="b@uni.edu"), Member("ann", "Doe, Ann")])
        found = lateness(reports, homework, course, ResultFolders(self.out, name), students)
        return found.get(student, Lateness())


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


@pytest.mark.parametrize("order", list(permutations(DUE)), ids=" ".join)
def test_a_budget_is_spent_in_the_order_of_the_due_dates(course: Course, order: tuple[str, ...]):
    """Whichever was graded first."""
    for name in order:
        course.sent(name, LATE_2)

    assert course.late("c", **BUDGET) == Lateness(2, 0.0, free=2, left=1)
    assert course.late("a", **BUDGET) == Lateness(2, 10.0, free=1, left=0)
    assert course.late("b", **BUDGET) == Lateness(2, 20.0, free=0, left=0)


def test_at_most_so_many_days_go_to_one_assignment(course: Course):
    course.sent("c", LATE_4)
    course.sent("a", LATE_4)
    most = BUDGET | {"free_days_per_assignment": 2}

    assert course.late("c", **most) == Lateness(4, 20.0, free=2, left=1)
    assert course.late("a", **most) == Lateness(4, 30.0, free=1, left=0)


def test_a_later_submission_changes_what_is_left_for_the_assignments_after_it(course: Course):
    """Nothing of a budget is stored."""
    course.sent("c", IN_TIME)
    course.sent("a", LATE_2)
    assert course.late("a", **BUDGET).points == 0.0

    course.sent("c", LATE_4)
    assert course.late("a", **BUDGET) == Lateness(2, 20.0, free=0, left=0)
    course.sent("c", LATE_4, refused="Not a zip.")
    assert course.late("a", **BUDGET).free == 2, "what was refused spends nothing"


def test_an_extension_spends_nothing_of_a_budget(course: Course):
    """Students are named as the roster names them."""
    course.sent("c", LATE_4)
    course.sent("a", LATE_2)
    extended = BUDGET | {"c": {"extensions": {"b@uni.edu": "2026-02-03"}}}

    assert course.late("c", **extended) == Lateness(2, 0.0, extended=2, free=2, left=1)
    assert course.late("a", **extended) == Lateness(2, 10.0, free=1, left=0)
    assert course.late("c", **BUDGET | {"c": {"extensions": {"Ben Roe": 9}}}) == Lateness(0, extended=4, left=3)


def test_a_budget_of_ones_own(course: Course):
    course.sent("c", LATE_4)
    course.sent("c", LATE_4, "ann")

    own = BUDGET | {"free_days_of": {"Roe, Ben": 9}}
    assert [course.late("c", who, **own).free for who in ("ben", "ann")] == [4, 3]
    assert course.late("c", percent_per_day=10, free_days_of={"ann": 1}) == Lateness(4, 40.0)


def test_what_canvas_does_not_say_stays_open_until_somebody_does(course: Course):
    course.sent("c", "", late=True)
    course.sent("a", LATE_2)
    assert course.late("c", **BUDGET).is_open
    assert (course.late("a", **BUDGET).is_open, course.late("a", **BUDGET).free) == (True, None)

    said = BUDGET | {"c": {"days_late": {"ben": 1}}}
    assert course.late("c", **said) == Lateness(1, 0.0, free=1, left=2)
    assert course.late("a", **said) == Lateness(2, 0.0, free=2, left=0)


def test_each_member_of_a_group_has_the_due_date_and_the_budget_of_their_own(course: Course):
    for student in ("ann", "ben"):
        course.sent("c", LATE_2, student, group=GroupWork("Group 1", "ann", ("ann", "ben")))

    found = {who: course.late("c", who, percent_per_day=10, c={"extensions": {"ann": 2}}) for who in ("ann", "ben")}
    assert found == {"ann": Lateness(0, extended=2), "ben": Lateness(2, 20.0)}


def test_without_a_due_date_a_budget_is_spent_last(course: Course):
    """By days that somebody says."""
    course.sent("c", IN_TIME)
    course.sent("a", LATE_2)
    last = BUDGET | {"c": {"due": None, "days_late": {"ben": 2}}}

    assert course.late("a", **last) == Lateness(2, 0.0, free=2, left=1)
    assert course.late("c", **last) == Lateness(2, 10.0, free=1, left=0)
