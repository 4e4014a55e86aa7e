"""What the desk counts: how far the marking is and how fast it goes, comments that were given, and flags."""

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from nbgrader import api
from sqlalchemy import Connection, Select, and_, case, func, select

from . import desk_rows
from .desk_rows import Cells
from .desk_states import utc
from .desk_tables import ANSWER, EVENT, FIRST, MARK, SECOND
from .desk_types import Flag, Progress, RememberedComment, Status

PAUSE_S = 300.0  # whoever needs longer for one answer has done something else
LATEST = 100  # decisions by which the pace of a marker is known
MOST_COMMENTS = 50  # of an item, to choose from
NEWLINE = "\n"

_GRADE = api.Grade.__table__


def progress(
    connection: Connection, assignment: str, items: Mapping[str, Cells], owners: dict[str, str],
    section_of: Mapping[str, str],
) -> list[Progress]:  # fmt: skip
    """Return by item and section how many answers are how far; what a group of students handed in counts once.

    The database sorts the answers by state, as nbgrader's rows say it: what only has a comment is not begun here, and
    what was marked in formgrader is done.
    """
    led, disagreed = _led(connection, assignment), _disagreed(connection, assignment)
    names = {cells.grade: item for item, cells in items.items()}
    counts: dict[tuple[str, str], Counter[Status]] = defaultdict(Counter)
    for cell, status, books in connection.execute(_books_by_status(names)).all():
        item, found = names[cell], books.split(NEWLINE)
        if any(book not in owners for book in found):
            owners.update(desk_rows.owners(connection, assignment))
        students = [owners[book] for book in found if book in owners and (item, owners[book]) not in led]
        differ = [student for student in students if status == Status.BEGUN and (item, student) in disagreed]
        for section, number in Counter(section_of.get(student, "") for student in students).items():
            counts[item, section][Status(status)] += number
        for student in differ:
            counts[item, section_of.get(student, "")] += Counter({Status.BEGUN: -1, Status.DISAGREED: 1})
    order = {item: place for place, item in enumerate(items)}
    keys = sorted(counts, key=lambda key: (order[key[0]], key[1]))
    return [Progress(item, section, dict(counts[item, section])) for item, section in keys]


def _led(connection: Connection, assignment: str) -> set[tuple[str, str]]:
    """Return the (item, student) that the desk asks another member of a group for."""
    led = set[tuple[str, str]]()
    rows = connection.execute(
        select(ANSWER.c.item, ANSWER.c.student, ANSWER.c.team, ANSWER.c.digest)
        .where(ANSWER.c.assignment == assignment, ANSWER.c.team != "")
        .order_by(ANSWER.c.student)
    )
    first: dict[tuple[str, str, str], str] = {}
    for item, student, team, digest in rows:
        first.setdefault((item, team, digest), student)
        if first[item, team, digest] != student:
            led.add((item, student))
    return led


def _books_by_status(cells: Collection[str]) -> Select[Any]:
    """Return the query for (cell, status, submitted notebooks in one text)."""
    is_waiting, person = _GRADE.c.needs_manual_grade, _GRADE.c.manual_score
    status = case(
        (and_(person.is_(None), is_waiting.is_(False)), Status.SETTLED.value),
        (is_waiting.is_(False), Status.DONE.value),
        (person.is_not(None), Status.BEGUN.value),
        else_=Status.UNMARKED.value,
    ).label("status")
    books = func.aggregate_strings(_GRADE.c.notebook_id, NEWLINE)
    return select(_GRADE.c.cell_id, status, books).where(_GRADE.c.cell_id.in_(cells)).group_by(_GRADE.c.cell_id, status)


def _disagreed(connection: Connection, assignment: str) -> set[tuple[str, str]]:
    """Return the (item, student) of whom two marks differ, whether they were settled or not."""
    first, second = MARK.alias("first"), MARK.alias("second")
    names = ("assignment", "item", "student", "grade_id", "digest")
    same = and_(first.c.slot == FIRST, *(first.c[name] == second.c[name] for name in names))
    differ = (first.c.done, second.c.done, first.c.score != second.c.score)
    rows = connection.execute(
        select(second.c.item, second.c.student)
        .select_from(second.join(first, same))
        .where(second.c.assignment == assignment, second.c.slot == SECOND, *differ)
    )
    return {(row.item, row.student) for row in rows}


def pace(connection: Connection, assignment: str, item: str, marker: str) -> float | None:
    """Return the median of the seconds from one decision of a marker to the next, pauses left out; None without two."""
    mine = (EVENT.c.assignment == assignment, EVENT.c.item == item, EVENT.c.marker == marker)
    done = select(EVENT.c.action, func.max(EVENT.c.at).label("at")).where(*mine, EVENT.c.kind == "done")
    rows = connection.execute(done.group_by(EVENT.c.action).order_by(func.max(EVENT.c.id).desc()).limit(LATEST))
    times = sorted(row.at for row in rows)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times) if later - earlier < PAUSE_S]
    return statistics.median(gaps) if gaps else None


def comments(connection: Connection, assignment: str, item: str) -> list[RememberedComment]:
    """Return the comments of an item that are done, by how often one was given; one decision for many counts once."""
    uses, latest = func.count(MARK.c.at.distinct()), func.max(MARK.c.at)
    rows = connection.execute(
        select(MARK.c.comment, uses)
        .where(MARK.c.assignment == assignment, MARK.c.item == item, MARK.c.comment != "", MARK.c.done)
        .group_by(MARK.c.comment)
        .order_by(uses.desc(), latest.desc())
        .limit(MOST_COMMENTS)
    )
    return [RememberedComment(text, number) for text, number in rows]


def flags(connection: Connection, assignment: str) -> list[Flag]:
    """Return the answers that a marker flagged, the latest first."""
    mine = (MARK.c.assignment == assignment, MARK.c.slot != SECOND)
    rows = connection.execute(
        select(MARK).where(*mine).where(MARK.c.flagged).order_by(MARK.c.at.desc(), MARK.c.student)
    )
    found: dict[tuple[str, str], Flag] = {}
    for row in rows:
        found.setdefault((row.item, row.student), Flag(row.item, row.student, row.marker, utc(row.at), row.comment))
    return list(found.values())
