"""Where the marks of the marking desk are kept, and the only door to them: every method is one transaction."""

import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..marking.student_answers import Answer
from ..model.assignment import Assignment
from ..model.rubric import Rubric
from . import (
    desk_figures,
    desk_history,
    desk_rows,
    desk_rubrics,
    desk_seconds,
    desk_states,
    desk_work,
    desk_writes,
    resubmission,
)
from .desk_rows import AnswerRow
from .desk_seconds import summed
from .desk_tables import FIRST, SECOND
from .desk_types import (
    Decision,
    Disagreement,
    Event,
    Flag,
    Marker,
    Move,
    Pair,
    Progress,
    RememberedComment,
    RubricChanged,
    RubricVersion,
    State,
    Status,
    StoredRubric,
    Taken,
)  # fmt: skip
from .desk_work import Work
from .request_book import RequestBook

__all__ = [
    "Decision", "DeskBook", "Disagreement", "Event", "Flag", "Marker", "Move", "Pair", "Progress",
    "RememberedComment", "RubricChanged", "RubricVersion", "State", "Status", "StoredRubric", "Taken", "summed",
]  # fmt: skip

LEASE_S = 180.0  # longer than a long answer is read without a key; whoever walks away gives it back so soon


class DeskBook(RequestBook):
    """The marks of one assignment; one per process, for all its threads.

    Every method is one transaction, sees what other processes wrote before it, and raises ConfigError when the
    gradebook cannot be used.
    """

    def __init__(
        self, db_url: str, assignment: Assignment, rubrics: Mapping[str, Rubric], *,
        second_share: Mapping[str, float] | None = None, shows_rubric: bool = True, lease_s: float = LEASE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """Open the gradebook, and create our tables if need be.

        Args:
            db_url: The gradebook, which exists.
            assignment: Its items that a person marks are on the desk.
            rubrics: What the source says, by item.
            second_share: Which share of the answers is marked a second time, blind, by item.
            shows_rubric: Whether students read which points they earned, not only the comment.
            lease_s: For how long an answer belongs to who has it, without a key being pressed.
            clock: Seconds since 1970.
        """
        super().__init__(db_url, assignment, rubrics, shows_rubric=shows_rubric, lease_s=lease_s, clock=clock)
        self._second_share = second_share or {}

    def states(
        self, item: str, students: Collection[str] | None = None, *, second: bool = False, marker: Marker | None = None
    ) -> dict[str, State]:  # fmt: skip
        """Return everybody's answer to an item, or the answers of some.

        Args:
            item: The item.
            students: These alone, and whoever handed theirs in with them.
            second: Only those that get a blind second mark and have a first one; nothing is said of the first.
            marker: With `second`: leave out what this marker has marked first.
        """
        with self._reading(item) as work:
            rows = work.rows() if students is None else work.rows_of(students, to_write=False)
            if second:
                return desk_seconds.offered(work, rows, self._share(item), marker)
            return desk_states.states(rows, work.now)

    def take_up(self, item: str, answers: Mapping[str, Answer]) -> None:
        """Note the answers to an item, by student, of which a gradebook of an earlier version knows nothing yet."""
        with self._writing(item) as work:
            resubmission.take_up(work, answers)

    def students(self) -> frozenset[str]:
        """Return whose answers can be marked: the gradebook has them."""
        with self._connected() as connection:
            return desk_rows.students(connection, self._assignment.name)

    def waiting(self, item: str) -> frozenset[str]:
        """Return whose answers wait for a person by a quick look, which says nothing else of them."""
        with self._reading(item) as work:
            return desk_rows.waiting(work.connection, self._assignment.name, work.cells, self._owners)

    def of_student(self, student: str) -> dict[str, State]:
        """Return one student's answers by item; {} for a stranger."""
        found: dict[str, State] = {}
        with self._connected() as connection:
            for item in self._assignment.person_items:
                work = self._work(connection, item.id)
                known = desk_states.states(work.rows_of([student], to_write=False), work.now)
                found |= {item.id: known[student]} if student in known else {}
        return found

    def lease(
        self, item: str, groups: Iterable[Sequence[str]], marker: Marker, *,
        keep: Sequence[str] = (), second: bool = False, again: bool = False,
    ) -> tuple[str, ...] | None:  # fmt: skip
        """Give the marker the first group, in this order, of which something is to be marked and nothing is taken.

        Returns those of the group who are to be marked, None when there is none.

        Args:
            item: The item.
            groups: Groups of answers, in the order of marking.
            marker: Who gets it; what this browser had of the item before is given back.
            keep: What is not given back: the answer that is still being looked at.
            second: For blind second marks.
            again: Whether answers that are done are wanted, too: a marker goes back to them.
        """
        with self._writing(item) as work:
            taken = self._take(work, groups, marker, second=second, again=again)
            if keep:
                with contextlib.suppress(Taken):  # somebody has it since: the next save or renewal says so
                    desk_work.renew(work, keep, marker, _slot(second))
            return taken

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
            rows = desk_work.to_write(work, students, marker, seen, slot=_slot(second))
            if second:
                desk_seconds.refuse_others(work, rows, self._share(item), marker)
            rubric = desk_rubrics.for_decision(work, decision, marker)
            marks = []
            for row in rows.values():
                slot = SECOND if second else desk_writes.counting_slot(row)
                given: dict[str, Any] = {"rubric": rubric, "marker": marker.name, "at": work.now, "digest": row.digest}
                marks.append((row, desk_writes.decided(row, slot, decision, **given)))
            desk_writes.write(work, marks, marker, "done" if decision.done else "save")
            desk_work.keep(work, list(rows.values()), marker, _slot(second))
            return desk_seconds.own_states(work, rows) if second else desk_states.states(rows, work.now)

    def settle(
        self, item: str, students: Sequence[str], decision: Decision, marker: Marker, *, seen: Mapping[str, str]
    ) -> dict[str, State]:
        """Let a decision count in place of two marks that differ; the arguments are those of `save`.

        Raises:
            RubricChanged: The decision ticks what the rubric has no longer.
            Taken: There is nothing to settle, somebody has the answer open, or it changed; nothing is written.
        """
        with self._writing(item) as work:
            rows = desk_work.to_write(work, students, marker, seen)
            rubric = desk_rubrics.for_decision(work, decision, marker)
            desk_seconds.settle(work, rows, replace(decision, done=True), marker, rubric)
            return desk_states.states(rows, work.now)

    def disagreements(self, item: str) -> list[Disagreement]:
        """Return the answers with two different marks that nobody has settled, the largest difference first."""
        with self._reading(item) as work:
            return desk_seconds.disagreements(work)

    def agreement(self) -> list[Pair]:
        """Return how far markers agree, by item and pair of markers; `summed` makes one of several."""
        with self._connected() as connection:
            return desk_seconds.agreement(connection, self._assignment.name)

    def split(self, item: str, student: str, marker: Marker) -> None:
        """Take an answer out of its group of like answers."""
        with self._writing(item) as work:
            desk_history.note_split(work, student, marker, is_split=True, kind="split")

    def rejoin(self, item: str, student: str, marker: Marker) -> None:
        """Put an answer back into its group."""
        with self._writing(item) as work:
            desk_history.note_split(work, student, marker, is_split=False, kind="rejoin")

    def splits(self, item: str) -> frozenset[str]:
        """Return whose answers were taken out of their group."""
        with self._reading(item) as work:
            return desk_history.splits(work)

    def undo(self, item: str, marker: Marker) -> tuple[str, ...]:
        """Undo the last decision of this browser for all its students, and return them; again goes further back.

        Raises:
            Taken: Somebody changed all of it since: it stays as it is.
        """
        with self._writing(item) as work:
            rubric = desk_rubrics.fixed(work, marker)
            undone = desk_history.undo(work, rubric, marker)
        if undone.problem:
            raise Taken(undone.problem)
        return undone.students

    def history(self, item: str, student: str) -> list[Event]:
        """Return what was done to one answer, the latest last."""
        with self._connected() as connection:
            return desk_history.history(connection, self._assignment.name, item, student)

    def rubric(self, item: str) -> StoredRubric:
        """Return the rubric that counts, and the one in the source if that changed since and nobody adopted it."""
        with self._reading(item) as work:
            return desk_rubrics.current(work)

    def preview(self, item: str, rubric: Rubric) -> list[Move]:
        """Return whose points a rubric would move."""
        with self._reading(item) as work:
            return desk_rubrics.preview(work, rubric)

    def adopt(self, item: str, rubric: Rubric, marker: Marker, *, over: int | None = None) -> list[Move]:
        """Let a rubric count, move every mark that rests on the one before, and return whose points moved.

        Raises:
            RubricChanged: The version that the marker changed, `over`, is not the current one.
        """
        with self._writing(item) as work:
            return desk_rubrics.adopt(work, rubric, marker, over=over)

    def accept_source(self, item: str) -> None:
        """Leave the rubric as it is although the source changed: what the source says now is pending no longer."""
        with self._writing(item) as work:
            desk_rubrics.accept_source(work)

    def versions(self, item: str) -> list[RubricVersion]:
        """Return all versions of a rubric, the first first; none before the first mark."""
        with self._reading(item) as work:
            return desk_rubrics.versions(work)

    def progress(self, section_of: Mapping[str, str] | None = None) -> list[Progress]:
        """Return how many answers are how far, by item and by section of the class, if sections are given."""
        with self._connected() as connection:
            items = {item.id: self._work(connection, item.id).cells for item in self._assignment.person_items}
            name = self._assignment.name
            return desk_figures.progress(connection, name, items, self._owners, section_of or {})

    def pace(self, item: str, marker: str) -> float | None:
        """Return the median of the seconds from one decision of a marker to the next, None before the second one."""
        with self._connected() as connection:
            return desk_figures.pace(connection, self._assignment.name, item, marker)

    def comments(self, item: str) -> list[RememberedComment]:
        """Return the comments that were given for an item, the most used first."""
        with self._connected() as connection:
            return desk_figures.comments(connection, self._assignment.name, item)

    def flags(self) -> list[Flag]:
        """Return the flagged answers of all items, the latest first."""
        with self._connected() as connection:
            return desk_figures.flags(connection, self._assignment.name)

    def marks_twice(self, item: str) -> bool:
        """Whether a share of the answers to an item gets a second mark."""
        return self._share(item) > 0

    def _share(self, item: str) -> float:
        return self._second_share.get(item, 0.0)

    def _take(
        self, work: Work, groups: Iterable[Sequence[str]], marker: Marker, *, second: bool, again: bool
    ) -> tuple[str, ...] | None:
        if second:
            chosen = desk_seconds.offered(work, work.rows(), self._share(work.item.id), marker)
            given = frozenset(student for student, state in chosen.items() if again or state.is_open)
            return desk_work.take(work, groups, marker, SECOND, may=given, wanted_of=lambda _: given)

        def wanted_of(rows: Mapping[str, AnswerRow]) -> set[str]:
            states = desk_states.states(rows, work.now)
            return {student for student, state in states.items() if again or state.is_open}

        may = None
        if not again:
            may = desk_rows.waiting(work.connection, self._assignment.name, work.cells, self._owners)
        return desk_work.take(work, groups, marker, FIRST, may=may, wanted_of=wanted_of)


def _slot(second: bool) -> int:
    return SECOND if second else FIRST
