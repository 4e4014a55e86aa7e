"""The state of an answer on the desk, which follows from what the database holds of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .desk_rows import AnswerRow, MarkRow
from .desk_tables import FIRST, SECOND
from .desk_types import Decision, Marker, State, Status


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
    decision = said = mark.decision if mark else None
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
        **_origin(mark, said),
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
        **_origin(mark, decision),
    )  # fmt: skip


def utc(seconds: float) -> datetime:
    """Return a time as a date, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _origin(mark: MarkRow | None, decision: Decision | None) -> dict[str, Any]:
    return {"marker": mark.marker, "at": utc(mark.at), "version": mark.version} if mark and decision else {}


def _lease(row: AnswerRow, slot: int, now: float) -> Marker | None:
    lease = row.leases.get(slot)
    return Marker(lease.marker, lease.browser) if lease and lease.counts(now) else None
