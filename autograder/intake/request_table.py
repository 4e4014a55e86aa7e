"""Regrade requests in a CSV file: a list of the instructor's, or what a form exports, whatever its columns are called.

A column is known by its name, or else by what stands in it: of a form the names are whole questions. A row that cannot
be taken is named in a sentence, and costs no other row.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..formats.csv_cells import SEPARATORS, rows_of
from ..handin.names import shown
from .asked_requests import MOST_CHARS, Reading, quoted
from .class_lookup import ClassLookup

MOST_BYTES = 2 * 2**20  # 500 requests of the longest kind
MOST_ROWS, MOST_COLUMNS = 20_000, 200
MOST_CELLS = 500_000  # a second; a quiz of 100 columns that 3,000 students took has 300,000
MOST_EXPLAINED = 100  # rows of nobody for which somebody of a like name is looked for: 1 ms in a class of 300
LOOKED_AT = 50  # rows by which a column is known that has no telling name
_STUDENT = re.compile(r"\b(?:student|id|login|username|user name|e-?mail(?: address)?|name|netid)\b", re.IGNORECASE)
_ITEM = re.compile(r"\b(?:item|question|problem|task|exercise|part)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:reason|request|why|explain|explanation|justif\w+|because|comments?|message|details?|describe|wrong)\b",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(r"\b(?:time|timestamp|date|started|start|completion|score|points)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Columns:
    students: tuple[int, ...]  # all that name the sender: number, address and name of one row agree
    item: int
    reason: int


def read_table(data: bytes, name: str, lookup: ClassLookup) -> Reading:
    """Return the requests in a file. Never raises for what it holds."""
    reading = Reading()
    if len(data) > MOST_BYTES:
        reading.problems.append(f"{shown(name)} is larger than {MOST_BYTES >> 20} MiB: split it, and read the parts.")
        return reading
    if max(map(data.count, (*map(str.encode, SEPARATORS), b"\n", b"\r"))) > MOST_CELLS:
        reading.problems.append(
            f"{shown(name)} has more than {MOST_CELLS:,} cells or lines: split it, and read the parts."
        )
        return reading
    for separator in SEPARATORS:
        rows, broken = rows_of(data, separator)
        columns = _columns(rows[0][1], [texts for _, texts in rows[1 : LOOKED_AT + 1]], lookup) if rows else None
        if columns:
            break
    else:
        reading.problems.append(
            f"{shown(name)} is no list of regrade requests: its first line has to name a column for the student, one "
            "for the item and one for the reason."
        )
        return reading
    reading.problems += [f"{shown(name)}, line {line}: its quotes are not closed; correct it." for line in broken]
    for line, texts in rows[1 : MOST_ROWS + 1]:
        if any(text.strip() for text in texts):
            _take(reading, f"{shown(name)}, line {line}", texts, columns, lookup)
    if len(rows) > MOST_ROWS + 1:
        reading.problems.append(f"{shown(name)} has more than {MOST_ROWS:,} rows: the rest is not read; split it.")
    return reading


def _take(reading: Reading, source: str, texts: Sequence[str], columns: _Columns, lookup: ClassLookup) -> None:
    def said(column: int) -> str:
        return texts[column] if column < len(texts) else ""

    named = [said(column) for column in columns.students if said(column).strip()]
    found = [students for text in named if (students := lookup.students(text))]
    is_explained = len(reading.problems) < MOST_EXPLAINED
    agreed = frozenset.intersection(*found) if found else frozenset()
    if not named:
        reading.problems.append(f"{source} names no student: write an id.")
    elif not found:
        said_of = lookup.unclear(named[0]) if is_explained else f"there is no student {quoted(named[0])} here."
        reading.problems.append(f"{source}: {said_of}")
    elif not agreed:
        reading.problems.append(
            f"{source}: it names two students, {quoted(named[0])} and {quoted(named[-1])}; ask who it is."
        )
    elif len(agreed) > 1:
        reading.problems.append(f"{source}: {lookup.unclear(named[0])}")
    elif other := next((text for text in named if lookup.is_elsewhere(next(iter(agreed)), text)), ""):
        reading.problems.append(
            f"{source}: {quoted(other)} is not the address that the roster has of {next(iter(agreed))}; ask who it is."
        )
    elif not (items := lookup.items(said(columns.item))):
        reading.problems.append(f"{source}: there is no item {quoted(said(columns.item))}; write its id or its title.")
    else:
        reading.add(next(iter(agreed)), items, said(columns.reason), source)


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]], lookup: ClassLookup) -> _Columns | None:
    """Return which column is which, None if that cannot be told."""
    header = [re.sub(r"[\s_]+", " ", text).strip() for text in header[:MOST_COLUMNS]]
    if len(header) < 3:
        return None

    def share(column: int, fits: Callable[[str], object]) -> float:
        cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
        return sum(bool(fits(cell)) for cell in cells) / len(cells) if cells else 0.0

    def likeness(column: int, words: re.Pattern[str], fits: Callable[[str], object]) -> float:
        name = header[column]
        return share(column, fits) + (1.5 if words.fullmatch(name) else 0.4 if words.search(name) else 0)

    places = [place for place, name in enumerate(header) if not _NOT_ASKED.search(name)]
    items = {place: likeness(place, _ITEM, lookup.items) for place in places}
    item = max(items, key=lambda place: items[place], default=-1)
    if item < 0 or items[item] < 0.4:
        return None
    people = {place: likeness(place, _STUDENT, lookup.students) for place in places if place != item}
    students = [place for place in people if people[place] > 0 and share(place, lookup.students) > 0]
    students = students or [place for place in people if people[place] >= 1.5] or [p for p in people if people[p] > 0]
    left = [place for place in places if place != item and place not in students]
    if not students or not left:
        return None

    def length(place: int) -> float:
        cells = [sum(map(str.isalpha, row[place][:MOST_CHARS])) for row in rows if place < len(row)]
        return sum(cells) / len(cells) if cells else 0.0

    def telling(place: int) -> tuple[float, float]:
        name = header[place]
        return (2.0 if _REASON.fullmatch(name) else 1.0 if _REASON.search(name) else 0.0, length(place))

    return _Columns(tuple(students), item, max(left, key=telling))
