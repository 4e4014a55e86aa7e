"""What the database holds of the answers to an item, and the state on the desk that follows from it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from nbgrader import api
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select

from ..model.assignment import Item
from ..model.errors import ConfigError
from .desk_tables import ANSWER, FIRST, LEASE, MARK, SECOND, SETTLED
from .desk_types import Decision, Marker, State, Status

_ASSIGNMENT, _NOTEBOOK = api.Assignment.__table__, api.Notebook.__table__
_CELL, _GRADE, _COMMENT = api.BaseCell.__table__, api.Grade.__table__, api.Comment.__table__
_SUBMISSION, _BOOK = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__


class Cells(NamedTuple):
    """The ids of an item's cells in the gradebook: points are on one, comments on the other."""

    grade: str
    comment: str


class MarkRow(NamedTuple):
    """One row of our marks: the columns of its table behind assignment and item."""

    student: str
    slot: int
    grade_id: str
    ticks: str
    adjustment: float
    reason: str
    comment: str
    flagged: bool
    done: bool
    score: float | None
    composed: str
    marker: str
    at: float
    version: int
    digest: str
    revision: int
    event: str

    @property
    def decision(self) -> Decision | None:
        """What the marker said; None after an undo to the beginning."""
        ticks = frozenset(json.loads(self.ticks))
        said = Decision(ticks, self.adjustment, self.reason, self.comment, bool(self.flagged), bool(self.done))
        return said if said != Decision() else None


class LeaseRow(NamedTuple):
    """One row of our leases."""

    student: str
    slot: int
    marker: str
    browser: str
    until: float


@dataclass
class AnswerRow:
    """All that is known of one answer: nbgrader's grade and comment, our marks and leases by slot."""

    student: str
    grade_id: str
    book_id: str  # the submitted notebook
    comment_id: str | None
    machine: float | None
    person: float | None
    is_waiting: bool
    comment: str
    digest: str
    team: str
    marks: dict[int, MarkRow] = field(default_factory=dict)
    leases: dict[int, LeaseRow] = field(default_factory=dict)

    @property
    def mark(self) -> MarkRow | None:
        """The mark that counts."""
        return self.marks.get(SETTLED) or self.marks.get(FIRST)

    @property
    def is_ours(self) -> bool:
        """Whether nbgrader's rows have what the desk wrote last, or nothing at all."""
        score, composed = (self.mark.score, self.mark.composed) if self.mark else (None, "")
        if self.person is None and score is not None:  # cleared in formgrader: that opens it again
            return not self.comment or self.comment == composed.strip()
        confirmed = self.mark is not None and not self.mark.done and score is not None and not self.is_waiting
        return self.person == score and self.comment == composed.strip() and not confirmed

    @property
    def disagrees(self) -> bool:
        """Whether two markers gave this answer different points, and nobody settled it."""
        first, second, settled = (self.marks.get(slot) for slot in (FIRST, SECOND, SETTLED))
        if not (first and second and first.done and second.done and first.digest == second.digest):
            return False
        return first.score != second.score and not (settled and settled.done and settled.digest == first.digest)

    @property
    def asks_a_person(self) -> bool:
        """Whether the mark that counts leaves something to do; only where `is_ours`."""
        mark = self.mark
        return mark is None or not mark.done or mark.digest != self.digest or self.disagrees

    def revision(self, slot: int) -> str:
        """Return what differs as soon as anybody changed the answer or its mark."""
        mark = self.marks.get(SECOND) if slot == SECOND else self.mark
        seen = [self.digest, mark.revision if mark else 0, mark.slot if mark else 0]
        if slot != SECOND and not self.is_ours:
            seen += [self.person, self.comment]
        return hashlib.blake2b(json.dumps(seen).encode(), digest_size=8).hexdigest()


def cells_of(connection: Connection, assignment: str, item: Item) -> Cells:
    """Return the cells of an item. Raises ConfigError when the gradebook does not know it."""
    rows = connection.execute(
        select(_CELL.c.type, _CELL.c.id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _CELL.c.notebook_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _NOTEBOOK.c.assignment_id)
        .where(_ASSIGNMENT.c.name == assignment, _NOTEBOOK.c.name == item.notebook, _CELL.c.name == item.id)
    )
    found = {row.type: row.id for row in rows}
    try:
        return Cells(found["GradeCell"], found["SolutionCell"])
    except KeyError:
        raise ConfigError(
            f"The gradebook does not know {item.id} of {assignment}: run `autograder grade` first."
        ) from None


def answer_rows(
    connection: Connection, assignment: str, item: str, cells: Cells, *,
    students: Collection[str] | None = None, to_write: bool = False,
) -> dict[str, AnswerRow]:  # fmt: skip
    """Return everybody's answer to an item, or that of `students` and of whoever handed it in with one of them."""
    grades = (
        select(
            _SUBMISSION.c.student_id, _GRADE.c.id, _BOOK.c.id, _COMMENT.c.id, _GRADE.c.auto_score,
            _GRADE.c.manual_score, _GRADE.c.needs_manual_grade, _COMMENT.c.manual_comment, ANSWER.c.digest,
            ANSWER.c.team,
        )
        .join(_BOOK, _BOOK.c.id == _GRADE.c.notebook_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _BOOK.c.assignment_id)
        .outerjoin(_COMMENT, and_(_COMMENT.c.notebook_id == _BOOK.c.id, _COMMENT.c.cell_id == cells.comment))
        .outerjoin(ANSWER, and_(_is(ANSWER, assignment, item), ANSWER.c.student == _SUBMISSION.c.student_id))
        .where(_GRADE.c.cell_id == cells.grade)
        .order_by(_SUBMISSION.c.student_id)
    )  # fmt: skip
    if students is not None:
        grades = grades.where(_SUBMISSION.c.student_id.in_(_with_mates(connection, assignment, item, students)))
    if to_write:
        grades = grades.with_for_update(of=_GRADE)  # SQLite has no such lock, and needs none
    rows = {
        row[0]: AnswerRow(*row[:7], (row[7] or "").strip(), row[8] or "", row[9] or "")  # type: ignore[call-arg]
        for row in connection.execute(grades)
    }
    for mark in map(MarkRow._make, connection.execute(_ours(MARK, MarkRow, assignment, item, students and rows))):
        if mark.student in rows and mark.grade_id == rows[mark.student].grade_id:
            rows[mark.student].marks[mark.slot] = mark
    for lease in map(LeaseRow._make, connection.execute(_ours(LEASE, LeaseRow, assignment, item, students and rows))):
        if lease.student in rows:
            rows[lease.student].leases[lease.slot] = lease
    return rows


def _ours(
    table: Table, kind: type[NamedTuple], assignment: str, item: str, students: Collection[str] | None
) -> Select[Any]:  # fmt: skip
    wanted = select(*(table.c[name] for name in kind._fields)).where(_is(table, assignment, item))
    return wanted if students is None else wanted.where(table.c.student.in_(students))


def _with_mates(connection: Connection, assignment: str, item: str, students: Collection[str]) -> set[str]:
    own = select(ANSWER.c.team, ANSWER.c.digest).where(
        _is(ANSWER, assignment, item), ANSWER.c.student.in_(students), ANSWER.c.team != ""
    )
    teams = {tuple(row) for row in connection.execute(own)}
    if not teams:
        return set(students)
    others = select(ANSWER.c.student, ANSWER.c.team, ANSWER.c.digest).where(
        _is(ANSWER, assignment, item), ANSWER.c.team.in_({team for team, _ in teams})
    )
    return {*students, *(row.student for row in connection.execute(others) if (row.team, row.digest) in teams)}


def _is(table: Table, assignment: str, item: str) -> ColumnElement[bool]:
    return and_(table.c.assignment == assignment, table.c.item == item)


def mates(rows: Mapping[str, AnswerRow]) -> dict[str, tuple[str, ...]]:
    """Return by student who handed the same answer in together, in order; who worked alone is left out."""
    teams: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows.values():
        if row.team:
            teams[row.team, row.digest].append(row.student)
    return {student: tuple(sorted(team)) for team in teams.values() if len(team) > 1 for student in team}


def states(rows: Mapping[str, AnswerRow], now: float) -> dict[str, State]:
    """Return the states of answers; what one member of a group of students got in formgrader counts for all."""
    together = mates(rows)
    found = {}
    for student, row in rows.items():
        own = state(row, now, together.get(student, ()))
        if own.status in (Status.UNMARKED, Status.SETTLED) and own.mates:
            own = _partners_state(own, (rows[mate] for mate in own.mates), now)
        found[student] = own
    return found


def _partners_state(own: State, partners: Iterable[AnswerRow], now: float) -> State:
    given = (state(partner, now) for partner in partners if partner.person is not None)
    other = next((known for known in given if known.status is Status.FORMGRADER), None)
    return own if other is None else replace(own, status=Status.FORMGRADER, score=other.score)


def state(row: AnswerRow, now: float, together: tuple[str, ...] = ()) -> State:
    """Return the state of one answer: what nbgrader's rows say is true, ours say where it comes from."""
    mark = row.mark
    decision = mark.decision if mark else None
    is_ours = row.is_ours
    if row.person is None and not row.is_waiting and row.machine is not None:
        status = Status.SETTLED
    elif not row.is_waiting:
        status = Status.DONE if is_ours and mark and mark.done and row.person is not None else Status.FORMGRADER
    elif is_ours and row.disagrees and mark and mark.digest == row.digest and row.person is not None:
        status = Status.DISAGREED
    else:
        has_something = row.person is not None or row.comment or decision
        status = Status.BEGUN if has_something else Status.UNMARKED
    if decision is None and row.comment:
        decision = Decision(comment=row.comment)
    was_done = row.person is not None and row.is_waiting and (not is_ours or bool(mark and mark.done))
    return State(
        row.student, status, decision,
        score=row.machine if row.person is None else row.person,
        asked_again=was_done and status is Status.BEGUN,
        lease=_lease(row, FIRST, now), revision=row.revision(FIRST), digest=row.digest, mates=together,
        **_origin(mark),
    )  # fmt: skip


def second_state(row: AnswerRow, now: float, together: tuple[str, ...] = ()) -> State:
    """Return the state of the blind second mark, which says nothing of the first."""
    mark = row.marks.get(SECOND)
    decision = mark.decision if mark else None
    is_stale = mark is not None and mark.digest != row.digest
    status = Status.UNMARKED if decision is None else Status.BEGUN
    if decision and decision.done and not is_stale:
        status = Status.DONE
    return State(
        row.student, status, decision, score=mark.score if mark else None,
        asked_again=is_stale and bool(decision and decision.done),
        lease=_lease(row, SECOND, now), revision=row.revision(SECOND), digest=row.digest, mates=together,
        **_origin(mark),
    )  # fmt: skip


def utc(seconds: float) -> datetime:
    """Return a time as a date, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _origin(mark: MarkRow | None) -> dict[str, Any]:
    return {"marker": mark.marker, "at": utc(mark.at), "version": mark.version} if mark and mark.decision else {}


def _lease(row: AnswerRow, slot: int, now: float) -> Marker | None:
    lease = row.leases.get(slot)
    return Marker(lease.marker, lease.browser) if lease and lease.until > now else None
