"""Versions of rubrics: the first is the mark scheme in the source, and a new one moves every mark that rests on it."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, insert, select

from ..marking.rubric_change import carried_ticks, continued
from ..model.rubric import Rubric
from .desk_rows import AnswerRow, MarkRow
from .desk_states import utc
from .desk_tables import RUBRIC
from .desk_types import Decision, Marker, Move, RubricChanged, RubricVersion, StoredRubric
from .desk_work import Work
from .desk_writes import Versioned, decided, write


def current(work: Work) -> StoredRubric:
    """Return the rubric that counts; as long as no mark rests on one, that is the one in the source."""
    newest = _newest(work)
    if newest is None:
        return StoredRubric(0, work.source)
    rubric = Rubric.from_json(newest.rubric)
    pending = None if newest.source_digest == digest_of(work.source) else continued(rubric, work.source)
    return StoredRubric(newest.version, rubric, pending)


def fixed(work: Work, marker: Marker) -> Versioned:
    """Return the rubric that counts, and keep it from now on, because a mark is about to rest on it."""
    known = current(work)
    if known.version:
        return Versioned(known.version, known.rubric, work.shows_rubric)
    return _store(work, Versioned(1, work.source, work.shows_rubric), digest_of(work.source), marker)


def for_decision(work: Work, decision: Decision, marker: Marker) -> Versioned:
    """Return the rubric that a decision rests on. Raises RubricChanged if it ticks what that has no longer."""
    rubric = fixed(work, marker)
    if decision.ticks - {row.id for row in rubric.rubric.rows}:
        raise RubricChanged("The rubric was changed meanwhile: look at the new one first.")
    return rubric


def versions(work: Work) -> list[RubricVersion]:
    """Return all versions, the first first."""
    rows = work.connection.execute(_of(work).order_by(RUBRIC.c.version))
    return [RubricVersion(row.version, Rubric.from_json(row.rubric), row.marker, utc(row.at)) for row in rows]


def preview(work: Work, rubric: Rubric) -> list[Move]:
    """Return whose points a rubric would move."""
    known = current(work)
    new = Versioned(known.version + 1, continued(known.rubric, rubric), work.shows_rubric)
    rows = work.rows()
    return _moves(rows, moved(rows.values(), known.rubric, new))


def adopt(work: Work, rubric: Rubric, marker: Marker, *, over: int | None) -> list[Move]:
    """Let a rubric count from now on, move every mark that rests on the one before, and return whose points moved."""
    known = fixed(work, marker)
    if over is not None and max(over, 1) != known.version:
        raise RubricChanged("The rubric was changed meanwhile: look at the new one first.")
    new = Versioned(known.version + 1, continued(known.rubric, rubric), work.shows_rubric)
    pending, newest = current(work).pending, _newest(work)
    if replace(new.rubric, newest=known.rubric.newest) == known.rubric:
        if pending == new.rubric:
            accept_source(work)
        return []
    seen = digest_of(work.source) if pending == new.rubric or newest is None else newest.source_digest
    _store(work, new, seen, marker)
    rows = work.rows_of([mark.student for mark in moved(work.rows().values(), known.rubric, new)])
    marks = moved(rows.values(), known.rubric, new)
    moves = _moves(rows, marks)
    write(work, [(rows[mark.student], mark) for mark in marks], marker, "rubric")
    return moves


def accept_source(work: Work) -> None:
    """Take note of what the source says without letting it count: it is pending no longer."""
    newest = _newest(work)
    if newest is not None:
        this = (RUBRIC.c.assignment == work.assignment) & (RUBRIC.c.item == work.item.id)
        values = {"source_digest": digest_of(work.source)}
        work.connection.execute(RUBRIC.update().where(this, RUBRIC.c.version == newest.version).values(values))


def moved(rows: Iterable[AnswerRow], old: Rubric, new: Versioned) -> list[MarkRow]:
    """Return all marks as a rubric makes them, by whom and when they were given; not those made in formgrader."""
    found = []
    for row in rows:
        for slot, mark in row.marks.items():
            if row.is_ours or mark is not row.mark:
                said = mark.decision or Decision()
                said = replace(said, ticks=carried_ticks(old, new.rubric, said.ticks))
                made = decided(row, slot, said, rubric=new, marker=mark.marker, at=mark.at, digest=mark.digest)
                # the revision stays: what a marker has open goes on under the new rubric
                found.append(made._replace(revision=mark.revision))
    return found


def carried(work: Work, ticks: frozenset[str], version: int) -> frozenset[str]:
    """Return what ticks of an earlier version mean in the one that counts."""
    since = [known.rubric for known in versions(work) if known.version >= version]
    for old, new in itertools.pairwise(since):
        ticks = carried_ticks(old, new, ticks)
    return ticks


def digest_of(rubric: Rubric) -> str:
    """Return the digest of a rubric, whatever version it became."""
    return hashlib.sha256(rubric.to_json().encode()).hexdigest()


def _moves(rows: Mapping[str, AnswerRow], marks: Iterable[MarkRow]) -> list[Move]:
    moves = []
    for mark in marks:
        row = rows[mark.student]
        before = row.mark
        if row.is_cleared:
            continue
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
