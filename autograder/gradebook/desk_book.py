"""Where the marks of the marking desk are kept, and the only door to them: every method is one transaction."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from ..model.assignment import Assignment
from ..model.rubric import Rubric
from . import desk_history, desk_rows, desk_rubrics, desk_tables, desk_work, desk_writes
from .database import Database
from .desk_rows import AnswerRow
from .desk_tables import FIRST, SECOND
from .desk_types import (
    Decision,
    Disagreement,
    Event,
    Marker,
    Move,
    Pair,
    RememberedComment,
    RubricChanged,
    RubricVersion,
    State,
    Status,
    StoredRubric,
    Taken,
)  # fmt: skip
from .desk_work import Work
from .registration import using

__all__ = [
    "Decision", "DeskBook", "Disagreement", "Event", "Marker", "Move", "Pair", "RememberedComment", "RubricChanged",
    "RubricVersion", "State", "Status", "StoredRubric", "Taken",
]  # fmt: skip

LEASE_S = 180.0  # longer than a long answer is read without a key; whoever walks away gives it back so soon


class DeskBook(contextlib.AbstractContextManager):
    """The marks of one assignment; one per process, for all its threads.

    Every method is one transaction, sees what other processes wrote before it, and raises ConfigError when the
    gradebook cannot be used.
    """

    def __init__(
        self, db_url: str, assignment: Assignment, rubrics: Mapping[str, Rubric], *,
        second_share: Mapping[str, float] | None = None, lease_s: float = LEASE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """Open the gradebook, and create our tables if need be.

        Args:
            db_url: The gradebook, which exists.
            assignment: Its items that a person marks are on the desk.
            rubrics: What the source says, by item.
            second_share: Which share of the answers is marked a second time, blind, by item.
            lease_s: For how long an answer belongs to who has it, without a key being pressed.
            clock: Seconds since 1970.
        """
        self._assignment, self._rubrics, self._db_url = assignment, rubrics, db_url
        self._second_share, self._lease_s, self._clock = second_share or {}, lease_s, clock
        self._database = Database(db_url)
        with using(db_url), self._database.writing("tables") as connection:
            desk_tables.create(connection)
        self._database.keep_log_beside()

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def states(self, item: str, *, second: bool = False) -> dict[str, State]:
        """Return everybody's answer to an item; `second`: those that are marked twice, without the first mark."""
        with self._reading(item) as work:
            return desk_rows.states(work.rows(), work.now)

    def of_student(self, student: str) -> dict[str, State]:
        """Return one student's answers by item; {} for a stranger."""
        found: dict[str, State] = {}
        for item in self._assignment.person_items:
            with self._reading(item.id) as work:
                known = desk_rows.states(work.rows([student]), work.now)
                found |= {item.id: known[student]} if student in known else {}
        return found

    def lease(
        self, item: str, groups: Iterable[Sequence[str]], marker: Marker, *, second: bool = False, again: bool = False
    ) -> tuple[str, ...] | None:
        """Give the marker the first group, in this order, of which something is to be marked and nothing is taken.

        Returns those of the group who are to be marked, None when there is none.

        Args:
            item: The item.
            groups: Groups of answers, in the order of marking.
            marker: Who gets it; what this browser had of the item before is given back.
            second: For blind second marks.
            again: Whether answers that are done are wanted, too: a marker goes back to them.
        """
        with self._writing(item) as work:
            rows = work.rows()
            states = desk_rows.states(rows, work.now)

            def is_wanted(student: str) -> bool:
                return again or states[student].is_open

            return desk_work.take(work, groups, marker, _slot(second), rows=rows, is_wanted=is_wanted)

    def renew(self, item: str, students: Sequence[str], marker: Marker, *, second: bool = False) -> None:
        """Keep a lease for longer. Raises Taken when it ran out and somebody else has the answer now."""
        with self._writing(item) as work:
            desk_work.renew(work, students, marker, _slot(second))

    def release(self, item: str, marker: Marker, *, second: bool = False) -> None:
        """Give back what this browser has of an item."""
        with self._writing(item) as work:
            desk_work.release(work, marker, _slot(second))

    def save(
        self, item: str, students: Sequence[str], decision: Decision, marker: Marker, *,
        seen: Mapping[str, str], second: bool = False,
    ) -> dict[str, State]:  # fmt: skip
        """Write a decision for all these students, and for whoever handed the answer in with them.

        Returns the new states of all of them, and gives the answers to the marker for as long as a lease lasts.

        Args:
            item: The item.
            students: One or more.
            decision: All of it, not only what changed.
            marker: Who decides.
            seen: The revision that the marker saw of each answer, from its state.
            second: Whether it is the blind second mark.

        Raises:
            RubricChanged: The decision ticks what the rubric has no longer.
            Taken: Somebody else has one of the answers, or changed it since; nothing is written.
        """
        with self._writing(item) as work:
            rows = work.rows(students, to_write=True)
            slot = _slot(second)
            _refuse_changed(rows, students, seen, slot)
            desk_work.refuse_held(work, rows.values(), marker, slot)
            rubric = desk_rubrics.fixed(work, self._rubrics[item], marker)
            if decision.ticks - {row.id for row in rubric.rubric.rows}:
                raise RubricChanged("The rubric was changed meanwhile: look at the new one first.")
            marks = []
            for row in rows.values():
                where = slot if second else desk_writes.counting_slot(row)
                given = {"rubric": rubric, "marker": marker.name, "at": work.now, "digest": row.digest}
                marks.append((row, desk_writes.decided(row, where, decision, **given)))  # type: ignore[arg-type]
            desk_writes.write(work, marks, marker, "save")
            desk_work.keep(work, list(rows), marker, slot)
            return desk_rows.states(work.rows(students), work.now)

    def undo(self, item: str, marker: Marker) -> tuple[str, ...]:
        """Undo the last decision of this browser for all its students, and return them; again goes further back.

        Raises:
            Taken: Somebody changed all of it since: it stays as it is.
        """
        with self._writing(item) as work:
            rubric = desk_rubrics.fixed(work, self._rubrics[item], marker)
            undone = desk_history.undo(work, rubric, marker)
        if undone.problem:
            raise Taken(undone.problem)
        return undone.students

    def history(self, item: str, student: str) -> list[Event]:
        """Return what was done to one answer, the latest last."""
        with self._reading(item) as work:
            return desk_history.history(work, student)

    def rubric(self, item: str) -> StoredRubric:
        """Return the rubric that counts, and the one in the source if that changed since and nobody adopted it."""
        with self._reading(item) as work:
            return desk_rubrics.current(work, self._rubrics[item])

    def preview(self, item: str, rubric: Rubric) -> list[Move]:
        """Return whose points a rubric would move."""
        with self._reading(item) as work:
            return desk_rubrics.preview(work, self._rubrics[item], rubric)

    def adopt(self, item: str, rubric: Rubric, marker: Marker, *, over: int | None = None) -> list[Move]:
        """Let a rubric count, move every mark that rests on the one before, and return whose points moved.

        Raises:
            RubricChanged: The version that the marker changed, `over`, is not the current one.
        """
        with self._writing(item) as work:
            return desk_rubrics.adopt(work, self._rubrics[item], rubric, marker, over=over)

    @contextlib.contextmanager
    def _reading(self, item: str) -> Iterator[Work]:
        with using(self._db_url), self._database.reading() as connection:
            yield self._work(connection, item)

    @contextlib.contextmanager
    def _writing(self, item: str) -> Iterator[Work]:
        with using(self._db_url), self._database.writing(f"{self._assignment.name} {item}") as connection:
            yield self._work(connection, item)

    def _work(self, connection: Connection, item: str) -> Work:
        known = self._assignment.item(item)
        cells = desk_rows.cells_of(connection, self._assignment.name, known)
        return Work(connection, self._assignment.name, known, cells, self._clock(), self._lease_s)


def _slot(second: bool) -> int:
    return SECOND if second else FIRST


def _refuse_changed(rows: Mapping[str, AnswerRow], students: Sequence[str], seen: Mapping[str, str], slot: int) -> None:
    for student in students:
        row = rows.get(student)
        if row is None:
            raise Taken("This answer is not in the gradebook any more: take the next one.")
        if row.revision(slot) != seen.get(student):
            mark = row.marks.get(SECOND) if slot == SECOND else row.mark
            who = mark.marker if mark and row.is_ours else "Somebody"
            raise Taken(
                f"{who} changed this answer's mark, or it was handed in again, since you opened it: look again."
            )
