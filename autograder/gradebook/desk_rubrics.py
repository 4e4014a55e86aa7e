"""Versions of rubrics: the first is the mark scheme in the source, and a new one moves every mark that rests on it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Select, insert, select

from ..model.rubric import Rubric
from .desk_rows import AnswerRow, MarkRow, utc
from .desk_tables import RUBRIC
from .desk_types import Decision, Marker, Move, RubricChanged, RubricVersion, StoredRubric
from .desk_work import Work
from .desk_writes import Versioned, decided, write


def current(work: Work, source: Rubric) -> StoredRubric:
    """Return the rubric that counts; as long as no mark rests on one, that is the one in the source."""
    newest = _newest(work)
    if newest is None:
        return StoredRubric(0, source)
    rubric = Rubric.from_json(newest.rubric)
    pending = None if newest.source_digest == digest_of(source) else source
    return StoredRubric(newest.version, rubric, pending)


def fixed(work: Work, source: Rubric, marker: Marker) -> Versioned:
    """Return the rubric that counts, and keep it from now on, because a mark is about to rest on it."""
    known = current(work, source)
    if known.version:
        return Versioned(known.version, known.rubric)
    return _store(work, Versioned(1, source), digest_of(source), marker)


def versions(work: Work) -> list[RubricVersion]:
    """Return all versions, the first first."""
    rows = work.connection.execute(_of(work).order_by(RUBRIC.c.version))
    return [RubricVersion(row.version, Rubric.from_json(row.rubric), row.marker, utc(row.at)) for row in rows]


def preview(work: Work, source: Rubric, rubric: Rubric) -> list[Move]:
    """Return whose points a rubric would move."""
    known = current(work, source)
    new = Versioned(known.version + 1, rubric)
    return _moves(work.rows(), moved(work.rows().values(), new))


def adopt(work: Work, source: Rubric, rubric: Rubric, marker: Marker, *, over: int | None) -> list[Move]:
    """Let a rubric count from now on, move every mark that rests on the one before, and return whose points moved."""
    known = fixed(work, source, marker)
    if over is not None and max(over, 1) != known.version:
        raise RubricChanged("The rubric was changed meanwhile: look at the new one first.")
    new = Versioned(known.version + 1, rubric)
    if new.rubric == known.rubric:
        accept_source(work, source)
        return []
    pending = current(work, source).pending
    newest = _newest(work)
    seen = digest_of(source) if pending == new.rubric or newest is None else newest.source_digest
    _store(work, new, seen, marker)
    rows = work.rows(to_write=True)
    marks = moved(rows.values(), new)
    moves = _moves(rows, marks)
    write(work, [(rows[mark.student], mark) for mark in marks], marker, "rubric")
    return moves


def accept_source(work: Work, source: Rubric) -> None:
    """Take note of what the source says without letting it count: it is pending no longer."""
    newest = _newest(work)
    if newest is not None:
        this = (RUBRIC.c.assignment == work.assignment) & (RUBRIC.c.item == work.item.id)
        values = {"source_digest": digest_of(source)}
        work.connection.execute(RUBRIC.update().where(this, RUBRIC.c.version == newest.version).values(values))


def moved(rows: Iterable[AnswerRow], new: Versioned) -> list[MarkRow]:
    """Return all marks as a rubric makes them, by whom and when they were given; not those made in formgrader."""
    found = []
    for row in rows:
        for slot, mark in row.marks.items():
            if row.is_ours or mark is not row.mark:
                given = {"rubric": new, "marker": mark.marker, "at": mark.at, "digest": mark.digest}
                # the revision stays: what a marker has open goes on under the new rubric
                found.append(decided(row, slot, mark.decision or Decision(), **given)._replace(revision=mark.revision))  # type: ignore[arg-type]
    return found


def digest_of(rubric: Rubric) -> str:
    """Return the digest of a rubric, whatever version it became."""
    return hashlib.sha256(rubric.to_json().encode()).hexdigest()


def _moves(rows: Mapping[str, AnswerRow], marks: Iterable[MarkRow]) -> list[Move]:
    moves = []
    for mark in marks:
        row = rows[mark.student]
        before = row.mark
        if before and before.slot == mark.slot and before.score is not None and mark.score is not None:
            moves += [Move(mark.student, before.score, mark.score)] if before.score != mark.score else []
    return moves


def _of(work: Work) -> Select[Any]:
    return select(RUBRIC).where(RUBRIC.c.assignment == work.assignment, RUBRIC.c.item == work.item.id)


def _newest(work: Work) -> Row[Any] | None:
    return work.connection.execute(_of(work).order_by(RUBRIC.c.version.desc()).limit(1)).first()


def _store(work: Work, versioned: Versioned, source_digest: str, marker: Marker) -> Versioned:
    values = {"version": versioned.version, "rubric": versioned.rubric.to_json(), "source_digest": source_digest}
    work.connection.execute(insert(RUBRIC), [work.of_item | values | {"marker": marker.name, "at": work.now}])
    return versioned
