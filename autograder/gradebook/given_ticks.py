"""What people ticked at the marking desk, for a whole class: the rubric of each item, and ticks by student."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, inspect, select

from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.rubric import Rubric
from ..model.submission import GroupWork
from . import desk_rows, desk_seconds
from .database import Database
from .desk_rows import AnswerRow
from .desk_tables import MARK, RUBRIC
from .desk_types import Pair
from .registration import using

_NOBODY: Mapping[str, GroupWork] = {}


@dataclass(frozen=True)
class Given:
    """What a person decided about one answer; its ticks are ids of the rubric that counts."""

    ticks: frozenset[str] = frozenset()
    adjustment: float = 0.0
    reason: str = ""  # of the adjustment
    comment: str = ""  # the marker's own words, in markdown
    score: float | None = None  # None while only a comment was written
    done: bool = False  # nobody has to look at it again
    marker: str = ""


@dataclass(frozen=True)
class ItemTicks:
    """One item on the desk.

    `given` has the students whose points come from the desk: nobody whom a person marked in formgrader, and nobody
    whose answer is still unmarked or counts 0 because it is empty.
    """

    rubric: Rubric
    given: Mapping[str, Given] = field(default_factory=dict)  # by student


def given_ticks(
    db_url: str, assignment: Assignment, groups: Mapping[str, GroupWork] = _NOBODY
) -> dict[str, ItemTicks]:  # fmt: skip
    """Return what is ticked, by every item that a person marks; a constant number of queries for each item.

    Args:
        db_url: The gradebook.
        assignment: The homework.
        groups: Whose work is common, by student: what was ticked for one member counts for all.

    Raises:
        ConfigError: There is no gradebook that can be read.
    """
    with _reading(db_url) as connection:
        if not inspect(connection).has_table(MARK.name):
            return {item.id: ItemTicks(assignment.rubrics[item.id]) for item in assignment.person_items}
        rubrics = {**assignment.rubrics, **_rubrics(connection, assignment.name)}
        owners: dict[str, str] = {}
        found = {}
        for item in assignment.person_items:
            rows: Mapping[str, AnswerRow] = {}
            with contextlib.suppress(ConfigError):  # an item that is newer than the gradebook
                cells = desk_rows.cells_of(connection, assignment.name, item)
                rows = desk_rows.everybody(connection, assignment.name, item.id, cells, owners)
            given = {student: said for student, row in rows.items() if (said := _given(row))}
            given |= _from_partners(rows, given, groups)
            found[item.id] = ItemTicks(rubrics[item.id], given)
        return found


def agreement(db_url: str, assignment: Assignment) -> list[Pair]:
    """Return how far markers agree where answers were marked twice, by item and pair of markers.

    Raises:
        ConfigError: There is no gradebook that can be read.
    """
    with _reading(db_url) as connection:
        if not inspect(connection).has_table(MARK.name):
            return []
        return desk_seconds.agreement(connection, assignment.name)


@contextlib.contextmanager
def _reading(db_url: str) -> Iterator[Connection]:
    with using(db_url), contextlib.closing(Database(db_url)) as database, database.reading() as connection:
        yield connection


def _rubrics(connection: Connection, assignment: str) -> dict[str, Rubric]:
    """Return the newest version of each rubric on which a mark rests."""
    rows = select(RUBRIC.c.item, RUBRIC.c.rubric).where(RUBRIC.c.assignment == assignment).order_by(RUBRIC.c.version)
    newest = {row.item: row.rubric for row in connection.execute(rows)}
    return {item: Rubric.from_json(text) for item, text in newest.items()}


def _given(row: AnswerRow) -> Given | None:
    mark = row.mark
    decision = mark.decision if mark else None
    if mark is None or decision is None or row.is_cleared or not row.is_ours:
        return None
    said = (decision.ticks, decision.adjustment, decision.reason, decision.comment)
    return Given(*said, mark.score, done=not row.asks_a_person, marker=mark.marker)


def _from_partners(
    rows: Mapping[str, AnswerRow], given: Mapping[str, Given], groups: Mapping[str, GroupWork]
) -> dict[str, Given]:  # fmt: skip
    """Return what counts for members of a group whom nobody marked: the sender's ticks, or else another member's."""
    found = {}
    for student, group in groups.items():
        if student in rows and student not in given and rows[student].person is None:
            order = (group.sender, *group.members)
            other = next((given[member] for member in order if member in given and given[member].done), None)
            if other is not None:
                found[student] = other
    return found
