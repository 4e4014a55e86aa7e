"""Take regrade requests in, and answer them: the reply, the mark or the points, and the history, in one transaction."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nbgrader import api
from sqlalchemy import Connection, insert, select, update

from ..intake.asked_requests import Asked
from . import desk_history, desk_rubrics, desk_work, desk_writes, request_rows
from .desk_history import Undone
from .desk_rows import AnswerRow
from .desk_tables import EVENT, FIRST, REQUEST
from .desk_types import Decision, Marker, Taken
from .desk_work import Work
from .request_rows import Asking, Grade

_GRADE = api.Grade.__table__
SHOWN_AS_SAME = 0.005  # points; two decimals are shown
KINDS = ("request", "points", "reply")  # of the events that answer requests


class Outcome(StrEnum):
    """What became of a request that was read."""

    NEW = "new"
    FURTHER = "further"  # the same student asked about the same item before
    KNOWN = "known"  # in the same words: nothing is added
    NOT_GRADED = "not graded"  # the gradebook has nothing of this student


@dataclass(frozen=True)
class Answer:
    """What a marker answers to one student about one item."""

    reply: str
    decision: Decision | None = None  # the mark as it is to be; None for an item that checks grade
    others: tuple[str, ...] = ()  # who gets the same mark, because of the same answer
    take_out: str = ""  # whose answer leaves its group of like answers, because the mark changes for it alone
    points: float | None = None  # of an item that checks grade; None keeps them


def ask(connection: Connection, assignment: str, asked: Iterable[Asked], *, now: float) -> list[Outcome]:
    """Add requests that are not there yet, and say of each what became of it."""
    asked = list(asked)
    students = {one.student for one in asked}
    grades = request_rows.grades(connection, assignment, students)
    columns = (REQUEST.c.student, REQUEST.c.item, REQUEST.c.digest)
    mine = (REQUEST.c.assignment == assignment, REQUEST.c.student.in_(students))
    known = {tuple(row) for row in connection.execute(select(*columns).where(*mine))}
    places = {(student, item) for student, item, _ in known}
    outcomes, rows = [], []
    for one in asked:
        place, digest = (one.student, one.item), _digest(one.reason)
        if place not in grades:
            outcomes.append(Outcome.NOT_GRADED)
            continue
        if (*place, digest) in known:
            outcomes.append(Outcome.KNOWN)
            continue
        outcomes.append(Outcome.FURTHER if place in places else Outcome.NEW)
        known.add((*place, digest))
        places.add(place)
        rows.append(
            {"assignment": assignment, "item": one.item, "student": one.student, "digest": digest}
            | {"reason": one.reason, "source": one.source, "asked_at": now if one.sent_at is None else one.sent_at}
            | {
                "before": grades[place].score,
                "reply": "",
                "marker": "",
                "answered_at": None,
                "after": None,
                "event": "",
            }
        )
    if rows:
        connection.execute(insert(REQUEST), rows)
    return outcomes


def answer_written(work: Work, asking: Asking, answer: Answer, marker: Marker, seen: Mapping[str, str]) -> None:
    """Answer a request about what people mark. Raises Taken as `desk_work.to_write` does."""
    decision, student = answer.decision, asking.student
    rows = desk_work.to_write(work, [student, *answer.others], marker, seen)
    if decision is None or _says_so_already(rows[student], decision):
        score = asking.grade.score
        key = _note(work.connection, work.of_item, asking, marker, work.now, kind="reply", after=asking.grade)
    else:
        rubric = desk_rubrics.for_decision(work, decision, marker)
        if answer.take_out:
            desk_history.note_split(work, answer.take_out, marker, is_split=True, kind="split")
        marks = []
        for row in rows.values():
            given: dict[str, Any] = {"rubric": rubric, "marker": marker.name, "at": work.now, "digest": row.digest}
            marks.append((row, desk_writes.decided(row, desk_writes.counting_slot(row), decision, **given)))
        desk_writes.write(work, marks, marker, "request")
        written = rows[student].marks[desk_writes.counting_slot(rows[student])]
        score, key = written.score, written.event
    _close(work.connection, asking, answer.reply, marker, at=work.now, after=score, event=key)


def answer_checked(
    connection: Connection, of_item: Mapping[str, str], asking: Asking, answer: Answer, marker: Marker, *, now: float
) -> None:  # fmt: skip
    """Answer a request about an item that checks grade.

    Other points than the checks gave become nbgrader's manual score, which formgrader shows and a regrade keeps: and
    where the checks say something else by then, it asks a person to look again. Extra credit would be added to that
    unseen. Points that are again those of the checks leave no manual score.
    """
    old = asking.grade
    person, score = old.person, old.score
    if answer.points is not None and not same_points(answer.points, old.score):
        is_machines = same_points(answer.points, old.machine)
        person, score = (None, old.machine) if is_machines else (answer.points, answer.points)
    waits = old.is_waiting and score is None
    new = Grade(old.row, old.machine, person, waits)
    if new != old:
        values = {"manual_score": person, "needs_manual_grade": waits}
        connection.execute(update(_GRADE).where(_GRADE.c.id == old.row).values(values))
    kind = "points" if new.person != old.person else "reply"
    key = _note(connection, of_item, asking, marker, now, kind=kind, after=new)
    _close(connection, asking, answer.reply, marker, at=now, after=score, event=key)


def same_points(one: float, other: float | None) -> bool:
    """Whether two numbers of points are the same as people see them: two thirds are shown as 0.67."""
    return other is not None and abs(one - other) < SHOWN_AS_SAME


def undo_points(connection: Connection, assignment: str, action: str) -> Undone:
    """Undo an answer that left the mark as it was, or changed the points of checks; the requests wait again."""
    event = connection.execute(select(EVENT).where(EVENT.c.action == action)).one()
    connection.execute(update(EVENT).where(EVENT.c.action == action).values(undone=True))
    before, after = json.loads(event.before)["grade"], json.loads(event.after)["grade"]
    if before != after:
        now = request_rows.grades(connection, assignment, [event.student]).get((event.student, event.item))
        if now is None or _kept(now) != after:
            return Undone((), "These points were changed since, or graded again: they stay as they are.")
        values = {"manual_score": before["score"], "needs_manual_grade": before["waiting"]}
        connection.execute(update(_GRADE).where(_GRADE.c.id == now.row).values(values))
    request_rows.reopen(connection, [event.key])
    return Undone((event.student,))


def _note(
    connection: Connection, of_item: Mapping[str, str], asking: Asking, marker: Marker, now: float, *,
    kind: str, after: Grade,
) -> str:  # fmt: skip
    """Write an entry of the history that changes no mark of the desk, and return its key."""
    key = desk_writes.new_key()
    before, then = ({"mark": None, "grade": _kept(grade), "score": grade.score} for grade in (asking.grade, after))
    known = {"key": key, "action": desk_writes.new_key(), "student": asking.student, "slot": FIRST, "kind": kind}
    whose = {"marker": marker.name, "browser": marker.browser, "at": now, "undone": False}
    connection.execute(
        insert(EVENT), [{**of_item} | known | whose | {"before": json.dumps(before), "after": json.dumps(then)}]
    )
    return key


def _close(
    connection: Connection, asking: Asking, reply: str, marker: Marker, *, at: float, after: float | None, event: str
) -> None:
    """Write the reply to all open requests; where none is open, in place of the last reply."""
    ids = [request.id for request in asking.open or asking.requests[-1:]]
    values = {"reply": reply, "marker": marker.name, "answered_at": at, "after": after, "event": event}
    connection.execute(update(REQUEST).where(REQUEST.c.id.in_(ids)).values(values))


def _says_so_already(row: AnswerRow, decision: Decision) -> bool:
    return row.mark is not None and row.mark.decision == decision and row.is_ours and not row.asks_a_person


def _kept(grade: Grade) -> dict[str, Any]:
    return {"score": grade.person, "waiting": grade.is_waiting}


def _digest(reason: str) -> str:
    return hashlib.sha256(" ".join(reason.casefold().split()).encode("utf-8", "surrogatepass")).hexdigest()


def refuse_changed(asking: Asking | None, seen: str) -> Asking:
    """Return what a marker may answer. Raises Taken if it is not what was shown."""
    if asking is None:
        raise Taken("This request is not in the gradebook any more: take the next one.")
    if asking.revision != seen:
        last = asking.requests[-1]
        who = (
            f"{last.marker} answered this request" if last.marker else "The student asked again, or the points changed,"
        )
        raise Taken(f"{who} since you opened it: look again.")
    return asking
