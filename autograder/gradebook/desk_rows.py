"""What the database holds of the answers to an item: nbgrader's rows with ours."""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from nbgrader import api
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select

from ..model.assignment import Item
from ..model.errors import ConfigError
from .desk_tables import ANSWER, FIRST, LEASE, MARK, SECOND, SETTLED
from .desk_types import Decision

_ASSIGNMENT, _NOTEBOOK = api.Assignment.__table__, api.Notebook.__table__
_CELL, _GRADE, _COMMENT = api.BaseCell.__table__, api.Grade.__table__, api.Comment.__table__
_SUBMISSION, _BOOK = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__


FAR_AHEAD_S = 600.0  # a lease is shorter, by more than the clocks of two machines differ
NOTHING: Mapping[int, Any] = MappingProxyType({})


class Cells(NamedTuple):
    """The ids of an item's cells in the gradebook: points are on one, comments on the other; and where these are."""

    grade: str
    comment: str
    notebook: str
    assignment: str


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
        ticks = frozenset(self.ticks.split())
        if not (ticks or self.done or self.adjustment or self.comment or self.flagged or self.reason):
            return None
        return Decision(ticks, self.adjustment, self.reason, self.comment, bool(self.flagged), bool(self.done))


class LeaseRow(NamedTuple):
    """One row of our leases."""

    student: str
    slot: int
    marker: str
    browser: str
    until: float

    def counts(self, now: float) -> bool:
        """Whether it has not run out; one that ends far ahead is from before a clock was set back."""
        return now < self.until <= now + FAR_AHEAD_S


@dataclass(slots=True)
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
    # replaced, never changed: most answers have none, and thousands of empty dicts keep the garbage collector busy
    marks: Mapping[int, MarkRow] = field(default_factory=lambda: NOTHING)
    leases: Mapping[int, LeaseRow] = field(default_factory=lambda: NOTHING)

    @property
    def mark(self) -> MarkRow | None:
        """The mark that counts: what was settled, unless that was taken back."""
        if not self.marks:
            return None
        settled = self.marks.get(SETTLED)
        return settled if settled and settled.decision else self.marks.get(FIRST)

    @property
    def is_cleared(self) -> bool:
        """Whether somebody took the score away in formgrader, which opens the answer again."""
        return self.person is None and self.mark is not None and self.mark.score is not None

    @property
    def is_ours(self) -> bool:
        """Whether nbgrader's rows have what the desk wrote last, or nothing at all."""
        mark = self.mark
        if mark is None:
            return self.person is None and not self.comment
        if self.is_cleared:
            return not self.comment or self.comment == mark.composed
        confirmed = not mark.done and mark.score is not None and not self.is_waiting
        return self.person == mark.score and self.comment == mark.composed and not confirmed

    @property
    def disagrees(self) -> bool:
        """Whether two markers gave this answer different points, and nobody settled it."""
        second = self.marks.get(SECOND)
        if second is None or not second.done:
            return False
        first, settled = self.marks.get(FIRST), self.marks.get(SETTLED)
        both = first is not None and bool(first.done) and first.digest == second.digest == self.digest
        if first is None or not both or first.score == second.score:
            return False  # where the answer changed since, whoever marks it again decides alone
        return not (settled and settled.done and settled.digest == first.digest)

    @property
    def asks_a_person(self) -> bool:
        """Whether the mark that counts leaves something to do; only where `is_ours`."""
        mark = self.mark
        return mark is None or not mark.done or mark.digest != self.digest or self.disagrees

    def revision(self, slot: int) -> str:
        """Return what differs as soon as anybody changed the answer or its mark."""
        mark = self.marks.get(SECOND) if slot == SECOND else self.mark
        known = f"{mark.slot}.{mark.revision}.{self.digest[:12]}" if mark else f"0.0.{self.digest[:12]}"
        if slot == SECOND or self.is_ours:
            return known
        return f"{known}.{zlib.crc32(f'{self.person} {self.comment}'.encode('utf-8', 'surrogatepass')):x}"


def cells_of(connection: Connection, assignment: str, item: Item) -> Cells:
    """Return the cells of an item. Raises ConfigError when the gradebook does not know it."""
    rows = connection.execute(
        select(_CELL.c.type, _CELL.c.id, _CELL.c.notebook_id, _NOTEBOOK.c.assignment_id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _CELL.c.notebook_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _NOTEBOOK.c.assignment_id)
        .where(_ASSIGNMENT.c.name == assignment, _NOTEBOOK.c.name == item.notebook, _CELL.c.name == item.id)
    )
    found = {row.type: row for row in rows}
    try:
        grade, comment = (found.get("TaskCell") or found[kind] for kind in ("GradeCell", "SolutionCell"))
        return Cells(grade.id, comment.id, grade.notebook_id, grade.assignment_id)
    except KeyError:
        raise ConfigError(
            f"The gradebook does not know {item.id} of {assignment}: run `autograder grade` first."
        ) from None


def everybody(
    connection: Connection, assignment: str, item: str, cells: Cells, owners_known: dict[str, str]
) -> dict[str, AnswerRow]:  # fmt: skip
    """Return everybody's answer to an item, in the order of their ids.

    `owners_known` are students by submitted notebook, and grow here: a notebook never changes hands, and to join that
    anew at each look would take longer than all the rest.
    """
    columns = (_GRADE.c.notebook_id, _GRADE.c.id, _GRADE.c.auto_score, _GRADE.c.manual_score)
    grades = select(*columns, _GRADE.c.needs_manual_grade).where(_GRADE.c.cell_id == cells.grade)
    found = connection.execute(grades).all()
    if any(row[0] not in owners_known for row in found):
        owners_known.update(owners(connection, assignment))
    texts = select(_COMMENT.c.notebook_id, _COMMENT.c.id, _COMMENT.c.manual_comment)
    comments = {row[0]: row for row in connection.execute(texts.where(_COMMENT.c.cell_id == cells.comment)).all()}
    seen = select(ANSWER.c.student, ANSWER.c.digest, ANSWER.c.team).where(_is(ANSWER, assignment, item))
    digests = {row[0]: row for row in connection.execute(seen).all()}
    rows: dict[str, AnswerRow] = {}
    for student, (book, grade, *scores, is_waiting) in sorted(
        (owners_known[row[0]], row) for row in found if row[0] in owners_known
    ):
        _, comment_id, text = comments.get(book, ("", None, None))
        _, digest, team = digests.get(student, ("", "", ""))
        machine, person = scores
        known = (student, grade, book, comment_id, machine, person, is_waiting)
        rows[student] = AnswerRow(*known, (text or "").strip(), digest, team)
    _add_ours(connection, assignment, item, rows, None)
    return rows


def waiting(connection: Connection, assignment: str, cells: Cells, owners_known: dict[str, str]) -> frozenset[str]:
    """Return the students of whose answers nbgrader's rows say that they wait for a person: a quick look."""
    grades = select(_GRADE.c.notebook_id).where(_GRADE.c.cell_id == cells.grade, _GRADE.c.needs_manual_grade)
    books = connection.execute(grades).scalars().all()
    if any(book not in owners_known for book in books):
        owners_known.update(owners(connection, assignment))
    return frozenset(owners_known[book] for book in books if book in owners_known)


def students(connection: Connection, assignment: str) -> frozenset[str]:
    """Return who has a submission in the gradebook."""
    found = select(_SUBMISSION.c.student_id).join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
    return frozenset(connection.execute(found.where(_ASSIGNMENT.c.name == assignment)).scalars())


def owners(connection: Connection, assignment: str) -> dict[str, str]:
    """Return the student of each submitted notebook."""
    books = (
        select(_BOOK.c.id, _SUBMISSION.c.student_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _BOOK.c.assignment_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
        .where(_ASSIGNMENT.c.name == assignment)
    )
    return {row[0]: row[1] for row in connection.execute(books).all()}


def some(
    connection: Connection, assignment: str, item: str, cells: Cells, students: Collection[str], *, to_write: bool
) -> dict[str, AnswerRow]:  # fmt: skip
    """Return the answers of `students` and of whoever handed theirs in with them; `to_write`: for nobody else."""
    books = select(_BOOK.c.id, _SUBMISSION.c.student_id).join(_SUBMISSION, _SUBMISSION.c.id == _BOOK.c.assignment_id)
    wanted = _SUBMISSION.c.student_id.in_(_with_mates(connection, assignment, item, students))
    mine = (_SUBMISSION.c.assignment_id == cells.assignment, _BOOK.c.notebook_id == cells.notebook)
    owner = {row[0]: row[1] for row in connection.execute(books.where(wanted, *mine)).all()}
    # by the notebooks that are known now: else SQLite goes through the whole class
    grades = (
        select(
            _GRADE.c.notebook_id, _GRADE.c.id, _COMMENT.c.id, _GRADE.c.auto_score, _GRADE.c.manual_score,
            _GRADE.c.needs_manual_grade, _COMMENT.c.manual_comment,
        )
        .outerjoin(
            _COMMENT, and_(_COMMENT.c.notebook_id == _GRADE.c.notebook_id, _COMMENT.c.cell_id == cells.comment)
        )
        .where(_GRADE.c.cell_id == cells.grade, _GRADE.c.notebook_id.in_(owner))
    )  # fmt: skip
    if to_write:
        grades = grades.with_for_update(of=_GRADE)  # SQLite has no such lock, and needs none
    seen = select(ANSWER.c.student, ANSWER.c.digest, ANSWER.c.team).where(_is(ANSWER, assignment, item))
    found = sorted((owner[row[0]], row) for row in connection.execute(grades).all())
    known = connection.execute(seen.where(ANSWER.c.student.in_([student for student, _ in found]))).all()
    digests = {row[0]: row for row in known}
    rows: dict[str, AnswerRow] = {}
    for student, (book, grade, comment, machine, person, is_waiting, text) in found:
        _, digest, team = digests.get(student, ("", "", ""))
        known_there = (student, grade, book, comment, machine, person, is_waiting)
        rows[student] = AnswerRow(*known_there, (text or "").strip(), digest, team)
    _add_ours(connection, assignment, item, rows, rows.keys())
    return rows


def _add_ours(
    connection: Connection, assignment: str, item: str, rows: Mapping[str, AnswerRow], students: Collection[str] | None
) -> None:  # fmt: skip
    """Add our marks and leases; a mark that was written to a row that is gone is none any more."""
    for mark in map(MarkRow._make, connection.execute(_ours(MARK, MarkRow, assignment, item, students)).all()):
        if (row := rows.get(mark.student)) and mark.grade_id == row.grade_id:
            row.marks = {**row.marks, mark.slot: mark}
    for lease in map(LeaseRow._make, connection.execute(_ours(LEASE, LeaseRow, assignment, item, students)).all()):
        if row := rows.get(lease.student):
            row.leases = {**row.leases, lease.slot: lease}


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
