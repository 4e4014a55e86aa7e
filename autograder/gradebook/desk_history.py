"""What was done to answers, by whom and when; and undo, which never overwrites what somebody else did since."""

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from . import request_rows
from .desk_rows import AnswerRow, MarkRow
from .desk_rubrics import carried
from .desk_states import utc
from .desk_tables import EVENT, FIRST, SECOND, SPLIT
from .desk_types import Decision, Event, Marker
from .desk_work import Work, holder, keep
from .desk_writes import DECISIONS, Versioned, decided, new_key, write

SPLITS = ("split", "rejoin")


@dataclass(frozen=True)
class Undone:
    """What an undo did: whose answers are as before, or why nothing could be undone."""

    students: tuple[str, ...]
    problem: str = ""


def history(connection: Connection, assignment: str, item: str, student: str) -> list[Event]:
    """Return what was done to one answer, the latest last."""
    mine = (EVENT.c.assignment == assignment) & (EVENT.c.item == item) & (EVENT.c.student == student)
    rows = connection.execute(select(EVENT).where(mine).order_by(EVENT.c.id))
    return [_event(row) for row in rows]


def undo(work: Work, rubric: Versioned, marker: Marker) -> Undone:
    """Undo the last decision that was made in this browser and is not undone, for all of its students.

    A student whose answer or mark was changed since is left out. If that is everybody, nothing is undone, and the next
    undo goes further back.
    """
    own = [
        EVENT.c.assignment == work.assignment, EVENT.c.item == work.item.id, EVENT.c.marker == marker.name,
        EVENT.c.browser == marker.browser, EVENT.c.undone.is_(False), EVENT.c.kind.in_((*DECISIONS, *SPLITS)),
    ]  # fmt: skip
    last = work.connection.execute(select(EVENT.c.action).where(*own).order_by(EVENT.c.id.desc()).limit(1)).scalar()
    return Undone(()) if last is None else undo_action(work, rubric, marker, last)


def undo_action(work: Work, rubric: Versioned, marker: Marker, action: str) -> Undone:
    """Undo one decision of a marker's; a regrade request that it answered waits again."""
    events = work.connection.execute(select(EVENT).where(EVENT.c.action == action).order_by(EVENT.c.student)).all()
    work.connection.execute(update(EVENT).where(EVENT.c.action == action).values(undone=True))
    if events[0].kind in SPLITS:
        note_split(work, events[0].student, marker, is_split=events[0].kind == "rejoin", kind="undo")
        return Undone((events[0].student,))
    rows = work.rows_of([event.student for event in events])
    kept = [
        event for event in events if event.student in rows and _is_as_left(rows[event.student], event, work, marker)
    ]
    if not kept:
        return Undone((), "This was changed since by somebody else, or handed in again: it stays as it is.")
    restored = [(rows[event.student], _restored(work, rows[event.student], event, rubric)) for event in kept]
    foreign = {event.student: grade for event in kept if (grade := json.loads(event.before)["grade"]) is not None}
    write(work, restored, marker, "undo", foreign=foreign)
    students = tuple(event.student for event in kept)
    request_rows.reopen(work.connection, [event.key for event in kept])
    keep(work, [row for row, _ in restored], marker, _lease_slot(kept[0].slot))
    return Undone(students)


def splits(work: Work) -> frozenset[str]:
    """Return whose answers were taken out of their group."""
    here = (SPLIT.c.assignment == work.assignment, SPLIT.c.item == work.item.id)
    return frozenset(work.connection.execute(select(SPLIT.c.student).where(*here)).scalars())


def note_split(work: Work, student: str, marker: Marker, *, is_split: bool, kind: str) -> None:
    """Take an answer out of its group, or put it back, and say so in the history; nothing if it is so already."""
    if (student in splits(work)) == is_split:
        return
    if is_split:
        work.connection.execute(insert(SPLIT), [work.of_item | {"student": student}])
    else:
        here = (SPLIT.c.assignment == work.assignment, SPLIT.c.item == work.item.id, SPLIT.c.student == student)
        work.connection.execute(delete(SPLIT).where(*here))
    nothing = json.dumps({"mark": None, "grade": None, "score": None})
    known = {"key": new_key(), "action": new_key(), "student": student, "slot": FIRST, "kind": kind, "undone": False}
    whose = {"marker": marker.name, "browser": marker.browser, "at": work.now, "before": nothing, "after": nothing}
    work.connection.execute(insert(EVENT), [work.of_item | known | whose])


def _lease_slot(slot: int) -> int:
    return SECOND if slot == SECOND else FIRST


def _is_as_left(row: AnswerRow, event: Row[Any], work: Work, marker: Marker) -> bool:
    mark = row.marks.get(event.slot)
    is_same = mark is not None and mark.event == event.key and mark.digest == row.digest
    slot = _lease_slot(event.slot)
    return is_same and (slot == SECOND or row.is_ours) and not holder(row, slot, marker, work.now)


def _restored(work: Work, row: AnswerRow, event: Row[Any], rubric: Versioned) -> MarkRow:
    """Return the mark before an event, under the rubric of today; a blank one where there was none."""
    before = json.loads(event.before)["mark"]
    decision, origin = (
        _decision(before) or Decision(),
        before or {"marker": event.marker, "at": event.at, "digest": row.digest},
    )
    given = {name: origin[name] for name in ("marker", "at", "digest")}
    if before and before["version"] != rubric.version:
        decision = replace(decision, ticks=carried(work, decision.ticks, before["version"]))
    mark = decided(row, event.slot, decision, rubric=rubric, **given)
    # a further undo goes on from the event before
    return mark._replace(event=before["event"] if before else "")


def _decision(mark: dict[str, Any] | None) -> Decision | None:
    if mark is None:
        return None
    names = ("adjustment", "reason", "comment", "flagged", "done")
    return Decision(frozenset(mark["ticks"].split()), *(mark[name] for name in names))


def _event(row: Row[Any]) -> Event:
    before, after = json.loads(row.before), json.loads(row.after)
    return Event(
        row.student, row.kind, row.marker, utc(row.at), _decision(before["mark"]), _decision(after["mark"]),
        before["score"], after["score"], bool(row.undone), row.slot == SECOND,
    )  # fmt: skip
