"""Read from the gradebook what counts for each item: marks and comments of people, and automatic scores."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from nbgrader import api
from sqlalchemy import Connection, NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from ..model.assignment import Assignment, GradedBy, Item
from ..model.errors import ConfigError
from ..model.final_score import FinalScore
from ..model.report import Awaiting, ItemResult, Report
from ..model.submission import GroupWork
from .registration import address, is_there

_ASSIGNMENT, _SUBMISSION = api.Assignment.__table__, api.SubmittedAssignment.__table__
_BOOK, _CELL = api.SubmittedNotebook.__table__, api.BaseCell.__table__
_GRADE, _COMMENT = api.Grade.__table__, api.Comment.__table__


@dataclass(frozen=True)
class Mark:
    """One item of one student in the gradebook."""

    machine: float | None = None
    person: float | None = None  # counts instead of the machine's score
    extra: float = 0.0
    open: bool = False  # a person has yet to mark it, or to look at it again
    comment: str = ""

    @property
    def score(self) -> float | None:
        """The points that count, without extra credit; None while there are none."""
        return self.machine if self.person is None else self.person


_UNMARKED = Mark(open=True)


@dataclass(frozen=True)
class StudentMarks:
    """All marks of a student by item, and the late penalty."""

    items: dict[str, Mark]
    penalty: float = 0.0
    late: str = ""  # what is known of being late, in words
    late_unknown: bool = False  # there is a penalty of unknown size


@dataclass(frozen=True)
class Tally:
    """The sum of all marks of a student."""

    earned: float
    possible: float
    unmarked: int  # answers that wait for a person
    faults: int  # items that checks grade and that have no score: a fault of ours


def tally(report: Report, marks: StudentMarks, assignment: Assignment) -> Tally:
    """Return the sum of what the gradebook says, or else the report; without a late penalty."""
    earned, unmarked, faults = 0.0, 0, 0
    for item, mark in all_marks(report, marks, assignment):
        earned += (mark.score or 0.0) + mark.extra
        is_fault = item.graded_by == GradedBy.CHECKS and mark.score is None
        faults += is_fault
        unmarked += mark.open and not is_fault
    return Tally(earned, assignment.points, unmarked, faults)


def all_marks(report: Report, marks: StudentMarks, assignment: Assignment) -> Iterator[tuple[Item, Mark]]:
    """Yield every item with its mark, or with what the report says where the gradebook does not know it."""
    results = {result.id: result for result in report.items}
    for item in assignment.items:
        yield item, marks.items.get(item.id) or _from_report(results.get(item.id), item)


def without_marked(report: Report, marks: StudentMarks) -> Report:
    """Return a report without what a person has marked: it waits no longer, and a fault of ours has these points.

    An item that checks grade waits, too, where a person has to look again at points given before. Nobody waits for a
    submission that was refused.
    """
    if report.refused:
        return replace(report, awaiting_person=())
    again = [
        Awaiting(result.id, result.max)
        for result in report.items
        if (mark := marks.items.get(result.id)) and mark.open and mark.person is not None
    ]
    waiting = [entry for entry in report.awaiting_person if marks.items.get(entry.id, _UNMARKED).open]
    items = tuple(_with_fault_marked(result, marks.items.get(result.id)) for result in report.items)
    return replace(report, items=items, awaiting_person=(*again, *waiting))


def _with_fault_marked(result: ItemResult, mark: Mark | None) -> ItemResult:
    if result.score is None and mark and mark.person is not None and not mark.open:
        return replace(result, score=mark.person)
    return result


def _from_report(result: ItemResult | None, item: Item) -> Mark:
    machine = result.score if result and result.score is not None and math.isfinite(result.score) else None
    return Mark(machine=machine, open=item.graded_by != GradedBy.CHECKS or machine is None)


def final_scores(
    reports: Iterable[Report], marks: Mapping[str, StudentMarks], assignment: Assignment,
    canvas_users: Mapping[str, str],
) -> list[FinalScore]:  # fmt: skip
    """Return what everybody with a report has; `canvas_users` by student for those that came from Canvas."""
    scores = []
    for report in reports:
        student, given = report.student, marks.get(report.student, StudentMarks({}))
        whole, user = tally(report, given, assignment), canvas_users.get(student, "")
        counts = whole.earned, given.penalty, whole.unmarked, whole.faults
        scores.append(FinalScore(student, *counts, bool(report.refused), given.late_unknown, user))
    return scores


def marks(db_url: str, assignment: Assignment) -> dict[str, StudentMarks]:
    """Return the marks by student. Raises ConfigError when there is no gradebook that can be read."""
    url = address(db_url)
    if not is_there(db_url):
        raise ConfigError(f"There is no gradebook {url.database}: run `autograder grade` first.")
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return _read(connection, assignment)
    except (SQLAlchemyError, ImportError) as error:  # ImportError: the driver that the address asks for
        shown, reason = url.render_as_string(hide_password=True), str(error).splitlines()[0].rstrip(".")
        raise ConfigError(f"The gradebook {shown} cannot be read: {reason}.") from error


def shared(marks: Mapping[str, StudentMarks], groups: Mapping[str, GroupWork]) -> dict[str, StudentMarks]:
    """Return the marks of everybody in a group: what a person marked for one member counts for all.

    A mark of the member's own counts before the others', and among those the sender's.
    """
    found = {}
    for student, group in groups.items():
        if student in marks:
            order = [group.sender, *(member for member in group.members if member != group.sender)]
            partners = [marks[member].items for member in order if member != student and member in marks]
            items = {item: _partners_mark(item, mark, partners) for item, mark in marks[student].items.items()}
            found[student] = replace(marks[student], items=items)
    return found


def _partners_mark(item: str, own: Mark, partners: Iterable[Mapping[str, Mark]]) -> Mark:
    if own.person is not None:
        return own
    given = (items[item] for items in partners if item in items and items[item].person is not None)
    mark = next(given, None)
    return own if mark is None else replace(mark, machine=own.machine)


def _read(connection: Connection, assignment: Assignment) -> dict[str, StudentMarks]:
    books = (
        select(_BOOK.c.id, _SUBMISSION.c.student_id, _BOOK.c.late_submission_penalty)
        .join(_SUBMISSION, _SUBMISSION.c.id == _BOOK.c.assignment_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
        .where(_ASSIGNMENT.c.name == assignment.name)
    )
    owner: dict[str, str] = {}
    penalties: dict[str, float] = defaultdict(float)
    for row in connection.execute(books):
        owner[row.id] = row.student_id
        penalties[row.student_id] += row.late_submission_penalty or 0.0
    comments = _comments(connection, owner, assignment)
    items: dict[str, dict[str, Mark]] = {student: {} for student in penalties}
    grades = select(_GRADE, _CELL.c.name).join(_CELL, _CELL.c.id == _GRADE.c.cell_id)
    for row in connection.execute(grades):
        if row.notebook_id in owner:
            student = owner[row.notebook_id]
            comment, is_open = comments.get((student, row.name), ""), bool(row.needs_manual_grade)
            extra = row.extra_credit or 0.0
            items[student][row.name] = Mark(row.auto_score, row.manual_score, extra, is_open, comment)
    return {student: StudentMarks(items[student], penalties[student]) for student in items}


def _comments(
    connection: Connection, owner: dict[str, str], assignment: Assignment
) -> dict[tuple[str, str], str]:  # fmt: skip
    """Return what people wrote, by student and item; nbgrader's own "No response." is nobody's comment.

    A comment on code is on the cell that the code is written in.
    """
    found: dict[tuple[str, str], str] = {}
    rows = select(_COMMENT, _CELL.c.name).join(_CELL, _CELL.c.id == _COMMENT.c.cell_id)
    for row in connection.execute(rows):
        text = row.manual_comment or ""
        if row.notebook_id in owner and text.strip():
            found[owner[row.notebook_id], assignment.item_of_cell.get(row.name, row.name)] = text
    return found
