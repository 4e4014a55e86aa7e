"""What was done to answers, by whom and when; and undo, which never overwrites what somebody else did since."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from .desk_rows import AnswerRow, MarkRow, utc
from .desk_tables import EVENT, SECOND
from .desk_types import Decision, Event, Marker
from .desk_work import Work, holder, keep
from .desk_writes import DECISIONS, Versioned, decided, write


@dataclass(frozen=True)
class Undone:
    """What an undo did: whose answers are as before, or why nothing could be undone."""

    students: tuple[str, ...]
    problem: str = ""


def history(work: Work, student: str) -> list[Event]:
    """Return what was done to one answer, the latest last."""
    mine = (EVENT.c.assignment == work.assignment) & (EVENT.c.item == work.item.id) & (EVENT.c.student == student)
    rows = work.connection.execute(select(EVENT).where(mine).order_by(EVENT.c.id))
    return [_event(row) for row in rows]


def undo(work: Work, rubric: Versioned, marker: Marker) -> Undone:
    """Undo the last decision that was made in this browser and is not undone, for all of its students.

    A student whose answer or mark was changed since is left out. If that is everybody, nothing is undone, and the next
    undo goes further back.
    """
    own = [
        EVENT.c.assignment == work.assignment, EVENT.c.item == work.item.id, EVENT.c.marker == marker.name,
        EVENT.c.browser == marker.browser, EVENT.c.undone.is_(False), EVENT.c.kind.in_(DECISIONS),
    ]  # fmt: skip
    last = work.connection.execute(select(EVENT.c.action).where(*own).order_by(EVENT.c.id.desc()).limit(1)).scalar()
    if last is None:
        return Undone(())
    events = work.connection.execute(select(EVENT).where(EVENT.c.action == last).order_by(EVENT.c.student)).all()
    work.connection.execute(update(EVENT).where(EVENT.c.action == last).values(undone=True))
    rows = work.rows([event.student for event in events], to_write=True)
    kept = [
        event for event in events if event.student in rows and _is_as_left(rows[event.student], event, work, marker)
    ]
    if not kept:
        return Undone((), "This was changed since by somebody else, or handed in again: it stays as it is.")
    restored = [(rows[event.student], _restored(rows[event.student], event, rubric)) for event in kept]
    foreign = {
        event.student: grade
        for event in kept
        if (grade := json.loads(event.before)["grade"]) is not None and event.slot != SECOND
    }
    write(work, restored, marker, "undo", foreign=foreign)
    students = tuple(event.student for event in kept)
    keep(work, students, marker, kept[0].slot if kept[0].slot == SECOND else 1)
    return Undone(students)


def _is_as_left(row: AnswerRow, event: Row[Any], work: Work, marker: Marker) -> bool:
    mark = row.marks.get(event.slot)
    is_same = mark is not None and mark.event == event.key and mark.digest == row.digest
    slot = SECOND if event.slot == SECOND else 1
    return is_same and (slot == SECOND or row.is_ours) and not holder(row, slot, marker, work.now)


def _restored(row: AnswerRow, event: Row[Any], rubric: Versioned) -> MarkRow:
    """Return the mark before an event, under the rubric of today; a blank one where there was none."""
    before = json.loads(event.before)["mark"]
    decision, origin = _decision(before), before or {"marker": event.marker, "at": event.at, "digest": row.digest}
    given = {name: origin[name] for name in ("marker", "at", "digest")}
    mark = decided(row, event.slot, decision or Decision(), rubric=rubric, **given)
    # a further undo goes on from the event before
    return mark._replace(event=before["event"] if before else "")


def _decision(mark: dict[str, Any] | None) -> Decision | None:
    if mark is None:
        return None
    names = ("adjustment", "reason", "comment", "flagged", "done")
    return Decision(frozenset(json.loads(mark["ticks"])), *(mark[name] for name in names))


def _event(row: Row[Any]) -> Event:
    before, after = json.loads(row.before), json.loads(row.after)
    return Event(
        row.student, row.kind, row.marker, utc(row.at), _decision(before["mark"]), _decision(after["mark"]),
        before["score"], after["score"], bool(row.undone), row.slot == SECOND,
    )  # fmt: skip
