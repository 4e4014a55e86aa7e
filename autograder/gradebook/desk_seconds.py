"""Second marks: a share of the answers is marked twice, blind; how far markers agree, and what settles a difference."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from . import desk_states
from .desk_rows import AnswerRow
from .desk_tables import EVENT, FIRST, MARK, SECOND, SETTLED
from .desk_types import Decision, Disagreement, Marker, Pair, State, Taken
from .desk_work import Work
from .desk_writes import Versioned, decided, write


def is_chosen(work: Work, row: AnswerRow, share: float) -> bool:
    """Whether an answer is one of those that are marked twice.

    Each student is chosen alone, whatever group of like answers the answer is in: so the share spreads over all
    groups, and those chosen of a group get one second decision. Who handed in together is chosen together.
    """
    key = f"{work.assignment}\0{work.item.id}\0{row.team or row.student}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest()) < share * 2**64


def offered(work: Work, rows: Mapping[str, AnswerRow], share: float, marker: Marker | None) -> dict[str, State]:
    """Return the states of second marks: of the chosen answers that have a first mark, but none of this marker's."""
    own = _touched_by(work, marker) if marker else frozenset()
    chosen = {
        student: row
        for student, row in rows.items()
        if student not in own and _has_first(row) and is_chosen(work, row, share)
    }
    return own_states(work, chosen)


def own_states(work: Work, rows: Mapping[str, AnswerRow]) -> dict[str, State]:
    """Return the states of second marks, chosen or not."""
    together = desk_states.mates(rows)
    return {
        student: desk_states.second_state(row, work.now, together.get(student, ())) for student, row in rows.items()
    }


def refuse_others(work: Work, rows: Mapping[str, AnswerRow], share: float, marker: Marker) -> None:
    """Raise Taken unless this marker may give the second mark to all of these answers."""
    if rows.keys() - offered(work, rows, share, marker).keys():
        raise Taken("This answer gets no second mark of yours: you marked it first, or nobody has marked it yet.")


def disagreements(work: Work) -> list[Disagreement]:
    """Return the answers with two different marks, the largest difference first; of a group of students one."""
    rows = work.rows()
    led = {student for student, team in desk_states.mates(rows).items() if student != team[0]}
    found = []
    for student, row in rows.items():
        first, second = row.marks.get(FIRST), row.marks.get(SECOND)
        if is_open(row) and student not in led and first and second:
            found.append(
                Disagreement(
                    student, first.decision or Decision(), second.decision or Decision(),
                    first.score or 0.0, second.score or 0.0, (first.marker, second.marker), row.revision(FIRST),
                )
            )  # fmt: skip
    return sorted(found, key=lambda entry: -abs(entry.first_score - entry.second_score))


def is_open(row: AnswerRow) -> bool:
    """Whether two marks differ and a person has to settle that; what formgrader says since counts before both."""
    return row.disagrees and row.is_ours and row.person is not None and row.marks[FIRST].digest == row.digest


def settle(
    work: Work, rows: Mapping[str, AnswerRow], decision: Decision, marker: Marker, rubric: Versioned
) -> None:  # fmt: skip
    """Let a decision count in place of two that differ. Raises Taken when they do not, or not any more."""
    if not all(map(is_open, rows.values())):
        raise Taken("There is nothing to settle any more: both marks are the same, or somebody has settled them.")
    given: dict[str, Any] = {"rubric": rubric, "marker": marker.name, "at": work.now}
    marks = [(row, decided(row, SETTLED, decision, digest=row.digest, **given)) for row in rows.values()]
    write(work, marks, marker, "settle")


def agreement(connection: Connection, assignment: str) -> list[Pair]:
    """Return how far markers agree, by item and pair of markers."""
    first, second = MARK.alias("first"), MARK.alias("second")
    names = ("assignment", "item", "student", "grade_id", "digest")
    same = and_(first.c.slot == FIRST, second.c.slot == SECOND, *(first.c[name] == second.c[name] for name in names))
    equal = func.sum(case((first.c.score == second.c.score, 1), else_=0))
    difference = func.avg(func.abs(first.c.score - second.c.score))
    who = (first.c.item, first.c.marker, second.c.marker)
    rows = connection.execute(
        select(*who, func.count(), equal, difference)
        .select_from(second.join(first, same))
        .where(second.c.assignment == assignment, first.c.done, second.c.done)
        .group_by(*who)
        .order_by(*who)
    )
    return [Pair(item, one, other, count, int(alike), float(mean)) for item, one, other, count, alike, mean in rows]


def summed(pairs: Iterable[Pair], *, item: str = "", first: str = "", second: str = "") -> Pair:
    """Return several pairs as one, such as all of an item or all of a marker."""
    pairs = list(pairs)
    answers, equal = sum(pair.answers for pair in pairs), sum(pair.equal for pair in pairs)
    difference = sum(pair.difference * pair.answers for pair in pairs) / answers if answers else 0.0
    return Pair(item, first, second, answers, equal, difference)


def _has_first(row: AnswerRow) -> bool:
    first = row.marks.get(FIRST)
    return first is not None and bool(first.done) and first.digest == row.digest and row.is_ours


def _touched_by(work: Work, marker: Marker) -> frozenset[str]:
    """Return whose first marks somebody had a hand in."""
    mine = (EVENT.c.assignment == work.assignment, EVENT.c.item == work.item.id, EVENT.c.marker == marker.name)
    ways = or_(EVENT.c.slot == FIRST, EVENT.c.slot == SETTLED)
    rows = work.connection.execute(select(EVENT.c.student).where(*mine, ways, EVENT.c.kind != "rubric").distinct())
    return frozenset(rows.scalars())
