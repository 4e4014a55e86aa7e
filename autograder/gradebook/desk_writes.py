"""Write marks: our row, nbgrader's grade and comment, and the entry in the history, all in one transaction."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader import api
from sqlalchemy import bindparam, delete, insert, update

from ..marking.composed_comment import composed
from ..model.rubric import Rubric
from .desk_rows import AnswerRow, MarkRow
from .desk_tables import EVENT, FIRST, MARK, SECOND
from .desk_types import Decision, Marker
from .desk_work import Work

DECISIONS = ("save", "done", "settle", "request")  # what undo undoes

_GRADE, _COMMENT = api.Grade.__table__, api.Comment.__table__


@dataclass(frozen=True)
class Versioned:
    """A rubric with its version, and whether students read which of its points they earned."""

    version: int
    rubric: Rubric
    is_shown: bool = True


def new_key() -> str:
    """Return a key that nobody has given."""
    return uuid.uuid4().hex


def decided(
    row: AnswerRow, slot: int, decision: Decision, *, rubric: Versioned, marker: str, at: float, digest: str
) -> MarkRow:  # fmt: skip
    """Return the mark that a decision makes; whole points become their parts, ticks that the rubric lacks are lost."""
    ticks = rubric.rubric.ticked_rows(decision.ticks)
    score = rubric.rubric.score(ticks, decision.adjustment) if decision.has_score else None
    text = decision.comment.strip()
    if decision.has_score:
        text = composed(
            rubric.rubric, ticks, decision.adjustment,
            reason=decision.reason, comment=decision.comment, show_rubric=rubric.is_shown,
        ).strip()  # fmt: skip
    old = row.marks.get(slot)
    return MarkRow(
        row.student, slot, row.grade_id, " ".join(sorted(ticks)), decision.adjustment, decision.reason,
        decision.comment, decision.flagged, decision.done, score, text, marker, at, rubric.version, digest,
        (old.revision if old else 0) + 1, old.event if old else "",
    )  # fmt: skip


def write(
    work: Work, marks: Sequence[tuple[AnswerRow, MarkRow]], marker: Marker, kind: str, *,
    foreign: Mapping[str, Mapping[str, Any]] = {},
) -> None:  # fmt: skip
    """Write marks and what follows from them; the rows that are given are as after it.

    Args:
        work: The item.
        marks: Each with its answer.
        marker: Who did it.
        kind: What was done, in the history.
        foreign: What nbgrader's rows get instead of what the mark says, by student: as formgrader left them.
    """
    action, events = new_key(), []
    touched: dict[str, AnswerRow] = {}  # nbgrader's rows that follow
    for row, given in marks:
        before, key = snapshot(row, given.slot), new_key()
        was_ours, was_cleared = row.is_ours, row.is_cleared
        mark = given._replace(event=key) if kind in DECISIONS else given
        row.marks = {**row.marks, mark.slot: mark}
        if left := foreign.get(row.student):
            row.person, row.comment, row.is_waiting = left["score"], left["comment"], left["waiting"]
            touched[row.student] = row
        elif kind == "rubric" and was_cleared:
            pass  # it stays open, and without a score
        elif mark.slot != SECOND:
            counts = row.mark or mark
            row.person, row.comment = counts.score, counts.composed
            row.is_waiting = row.machine is None if counts.score is None else row.asks_a_person
            touched[row.student] = row
        elif was_ours and row.person is not None:
            row.is_waiting = row.asks_a_person
            touched[row.student] = row
        events.append(
            work.of_item
            | {"key": key, "action": action, "student": row.student, "slot": mark.slot, "kind": kind}
            | {"marker": marker.name, "browser": marker.browser, "at": work.now, "undone": False}
            | {"before": json.dumps(before), "after": json.dumps(snapshot(row, mark.slot))}
        )
    _write_marks(work, [row.marks[given.slot] for row, given in marks])
    _write_to_nbgrader(work, list(touched.values()))
    if events:
        work.connection.execute(insert(EVENT), events)


def snapshot(row: AnswerRow, slot: int) -> dict[str, Any]:
    """Return a mark as the history keeps it, and what nbgrader's rows had if they had something else."""
    mark, is_second = row.marks.get(slot), slot == SECOND
    kept = {name: value for name, value in mark._asdict().items() if name not in _NOT_KEPT} if mark else None
    grade = {"score": row.person, "comment": row.comment, "waiting": bool(row.is_waiting)}
    return {"mark": kept, "grade": None if is_second or row.is_ours else grade, "score": _score(row, mark, is_second)}


_NOT_KEPT = frozenset({"student", "slot", "grade_id", "composed", "revision"})


def _score(row: AnswerRow, mark: MarkRow | None, is_second: bool) -> float | None:
    if is_second:
        return mark.score if mark else None
    return row.machine if row.person is None else row.person


def _write_marks(work: Work, marks: Iterable[MarkRow]) -> None:
    rows = [work.of_item | mark._asdict() for mark in marks]
    if not rows:
        return
    known = ("assignment", "item", "student", "slot")
    same = [MARK.c[name] == bindparam(f"old_{name}") for name in known]
    work.connection.execute(delete(MARK).where(*same), [{f"old_{name}": row[name] for name in known} for row in rows])
    work.connection.execute(insert(MARK), rows)


def _write_to_nbgrader(work: Work, rows: Sequence[AnswerRow]) -> None:
    if not rows:
        return
    grades = [
        {"row": row.grade_id, "manual_score": row.person, "needs_manual_grade": bool(row.is_waiting)} for row in rows
    ]
    columns: dict[str, Any] = {name: bindparam(name) for name in ("manual_score", "needs_manual_grade")}
    work.connection.execute(update(_GRADE).where(_GRADE.c.id == bindparam("row")).values(columns), grades)
    known = [{"row": row.comment_id, "manual_comment": row.comment or None} for row in rows if row.comment_id]
    if known:
        values: dict[str, Any] = {"manual_comment": bindparam("manual_comment")}
        work.connection.execute(update(_COMMENT).where(_COMMENT.c.id == bindparam("row")).values(values), known)
    new = [
        {"id": api.new_uuid(), "cell_id": work.cells.comment, "notebook_id": row.book_id, "manual_comment": row.comment}
        for row in rows
        if not row.comment_id and row.comment
    ]  # fmt: skip
    if new:
        work.connection.execute(insert(_COMMENT), new)


def counting_slot(row: AnswerRow) -> int:
    """Return where a marker's decision goes: what was settled is changed, not the first mark below it."""
    return row.mark.slot if row.mark else FIRST
