"""One item in one transaction, and its leases: who may write to which answer now."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, or_

from ..model.assignment import Item
from ..model.rubric import Rubric
from . import desk_rows, desk_states
from .desk_rows import AnswerRow, Cells, LeaseRow
from .desk_tables import FIRST, LEASE, SECOND
from .desk_types import Marker, Taken


@dataclass(frozen=True)
class Work:
    """One item in one transaction."""

    connection: Connection
    assignment: str
    item: Item
    cells: Cells
    now: float  # seconds since 1970
    lease_s: float  # for how long an answer belongs to who has it
    owners: dict[str, str]  # students by submitted notebook, as far as they are known
    source: Rubric  # what the mark scheme in the source says
    shows_rubric: bool  # to students

    @property
    def of_item(self) -> dict[str, str]:
        """The columns by which our rows of this item are known."""
        return {"assignment": self.assignment, "item": self.item.id}

    def rows(self) -> dict[str, AnswerRow]:
        """Return everybody's answers."""
        return desk_rows.everybody(self.connection, self.assignment, self.item.id, self.cells, self.owners)

    def rows_of(self, students: Collection[str], *, to_write: bool = True) -> dict[str, AnswerRow]:
        """Return the answers of `students` and of their mates; `to_write`: nobody else changes them before the end."""
        known = (self.connection, self.assignment, self.item.id, self.cells)
        return desk_rows.some(*known, students, to_write=to_write)


def take(
    work: Work, groups: Iterable[Sequence[str]], marker: Marker, slot: int, *,
    may: Container[str] | None, wanted_of: Callable[[Mapping[str, AnswerRow]], Container[str]],
) -> tuple[str, ...] | None:  # fmt: skip
    """Lease what is wanted of the first group in which nothing that is wanted belongs to somebody else.

    The marker's browser gives up what else it had of this item. What may be wanted by a quick look (`may`, None:
    anything) is looked at closely, group by group (`wanted_of`).
    """
    for group in groups:
        promising = [student for student in dict.fromkeys(group) if may is None or student in may]
        rows = work.rows_of(promising) if promising else {}
        wanted = wanted_of(rows)
        given = tuple(student for student in promising if student in rows and student in wanted)
        together = desk_states.mates(rows)
        everybody = dict.fromkeys(mate for student in given for mate in (student, *together.get(student, ())))
        if given and not any(holder(rows[student], slot, marker, work.now) for student in everybody):
            release(work, marker, slot)
            keep(work, [rows[student] for student in everybody], marker, slot)
            return given
    return None


def holder(row: AnswerRow, slot: int, marker: Marker, now: float) -> str:
    """Return who else holds an answer: a name, or "" if nobody does."""
    lease = row.leases.get(slot)
    if lease is None or not lease.counts(now) or (lease.marker, lease.browser) == (marker.name, marker.browser):
        return ""
    return lease.marker


def refuse_held(work: Work, rows: Iterable[AnswerRow], marker: Marker, slot: int) -> None:
    """Raise Taken if somebody else, or another browser of the same marker, holds one of the answers."""
    for row in rows:
        name = holder(row, slot, marker, work.now)
        if name == marker.name:
            raise Taken("This answer is open in another browser of yours: go on there, or take the next one here.")
        if name:
            raise Taken(f"{name} has this answer open: take the next one.")


def to_write(
    work: Work, students: Sequence[str], marker: Marker, seen: Mapping[str, str], *, slot: int = FIRST
) -> dict[str, AnswerRow]:  # fmt: skip
    """Return the answers that a decision about `students` is written to: theirs, and those of their mates.

    Raises Taken if somebody has one of them, or changed it since the marker saw the revision in `seen`.
    """
    rows = work.rows_of(students)
    _refuse_changed(rows, students, seen, slot)
    refuse_held(work, rows.values(), marker, slot)
    return {student: row for student, row in rows.items() if student in students or row.is_ours}


def keep(work: Work, rows: Collection[AnswerRow], marker: Marker, slot: int) -> None:
    """Give the answers to a marker from now on, whoever's they were."""
    if not rows:
        return
    here = and_(LEASE.c.assignment == work.assignment, LEASE.c.item == work.item.id, LEASE.c.slot == slot)
    work.connection.execute(delete(LEASE).where(here, LEASE.c.student.in_([row.student for row in rows])))
    for row in rows:
        lease = LeaseRow(row.student, slot, marker.name, marker.browser, work.now + work.lease_s)
        row.leases = {**row.leases, slot: lease}
    work.connection.execute(insert(LEASE), [work.of_item | row.leases[slot]._asdict() for row in rows])


def release(work: Work, marker: Marker, slot: int, students: Collection[str] | None = None) -> None:
    """Give up answers, or all of this item, and forget the leases that ran out."""
    here = and_(LEASE.c.assignment == work.assignment, LEASE.c.item == work.item.id, LEASE.c.slot == slot)
    own = and_(LEASE.c.marker == marker.name, LEASE.c.browser == marker.browser)
    if students is not None:
        own = and_(own, LEASE.c.student.in_(students))
    work.connection.execute(delete(LEASE).where(here, or_(own, LEASE.c.until <= work.now)))


def renew(work: Work, students: Collection[str], marker: Marker, slot: int) -> None:
    """Keep answers for longer, also after the lease ran out if nobody took them. Raises Taken if somebody did."""
    rows = work.rows_of(students)
    refuse_held(work, rows.values(), marker, slot)
    keep(work, list(rows.values()), marker, slot)


def _refuse_changed(rows: Mapping[str, AnswerRow], students: Sequence[str], seen: Mapping[str, str], slot: int) -> None:
    for student in students:
        row = rows.get(student)
        if row is None:
            raise Taken("This answer is not in the gradebook any more: take the next one.")
        if row.revision(slot) != seen.get(student):
            mark = row.marks.get(SECOND) if slot == SECOND else row.mark
            who = mark.marker if mark and row.is_ours else "Somebody in formgrader"
            raise Taken(
                f"{who} changed this answer's mark, or it was handed in again, since you opened it: look again."
            )
