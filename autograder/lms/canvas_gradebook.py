"""A gradebook as Canvas exports it: who is in the course, and which column belongs to which assignment.

The format is that of Canvas's own lib/gradebook_exporter.rb and lib/gradebook_importer.rb: a header, perhaps a row
that says which columns are posted by hand, the points possible, then a row for each student, the test student last.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ..formats.csv_cells import SEPARATORS, Cell, Table
from ..model.errors import ConfigError

MAX_BYTES = 64 * 2**20  # ten thousand students with five hundred columns have 30 MB
POINTS_POSSIBLE = "Points Possible"  # in the first cell of its row, in every language
ID, LOGIN, SECTION = "ID", "SIS Login ID", "Section"
_NAMES = ("Student", "LastName")  # what the header begins with
_POSTING = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_TITLE_AND_ID = re.compile(r"(.*)\s\(([0-9]+)\)", re.DOTALL)
_CALCULATED = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_TEST_STUDENTS = ("Student, Test", "Test Student", "Student Test")
_TEST_LOGIN = re.compile("[0-9a-f]{40}")  # a digest, which Canvas gives its test student: the name is translated
_HOW = "export it again with Grades, Export, Export Entire Gradebook"


@dataclass(frozen=True)
class Person:
    """One row of a student; what a course does not export is empty."""

    name: str
    canvas_id: str
    login: str
    cells: tuple[Cell, ...]
    section: str = ""  # of a student in several: "A and B"

    @property
    def is_test_student(self) -> bool:
        """Whether Canvas made this student for the instructor's own trials."""
        return self.name in _TEST_STUDENTS or _TEST_LOGIN.fullmatch(self.login) is not None


@dataclass(frozen=True)
class Column:
    """A column that scores can be imported into."""

    header: str  # as in the file
    title: str
    assignment_id: str
    index: int
    possible: str  # as in the row of the points possible

    @property
    def points(self) -> float | None:
        """The points possible, None when there is no number: such a column is read-only."""
        return float(self.possible.replace(",", ".")) if _NUMBER.fullmatch(self.possible) else None


class CanvasGradebook:
    """An exported gradebook: its bytes as a table, its students, and its columns."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises ConfigError when there is none, or it is no gradebook of Canvas's."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be read ({error.strerror}): give a gradebook that Canvas exported."
            ) from error
        if len(data) > MAX_BYTES:
            raise ConfigError(f"{path} is larger than {MAX_BYTES >> 20} MiB: {_HOW}.")
        self.path = path
        self.table = self._table(data)
        self.header = [text.strip() for text in self.table.texts(self.table.rows[0])]
        self.possible: list[str] = []
        self.people = tuple(self._people())

    @classmethod
    def is_one(cls, path: Path) -> bool:
        """Whether a file is a gradebook of Canvas's, rather than another list."""
        try:
            cls(path)
        except ConfigError:
            return False
        return True

    @property
    def columns(self) -> list[Column]:
        """The columns of assignments, without those that Canvas calculates."""
        found = []
        for index, header in enumerate(self.header):
            match = _TITLE_AND_ID.fullmatch(header)
            if match and not _CALCULATED.search(header):
                possible = self.possible[index].strip() if index < len(self.possible) else ""
                found.append(Column(header, match[1].strip(), match[2], index, possible))
        return found

    def _table(self, data: bytes) -> Table:
        """Return the table under the separator that makes its first line a header of Canvas's."""
        reason = f"its first line has no columns {_NAMES[0]} and {ID}"
        for separator in SEPARATORS:
            try:
                table = Table(data, separator)
            except ValueError as error:
                reason = str(error)
                continue
            header = [text.strip() for text in table.texts(table.rows[0])] if table.rows else []
            if header and header[0] in _NAMES and ID in header:
                return table
        raise ConfigError(f"{self.path} is not a gradebook exported from Canvas, because {reason}: {_HOW}.")

    def _people(self) -> list[Person]:
        where = {name: self.header.index(name) for name in (ID, LOGIN, SECTION) if name in self.header}
        names = self.header[:2] if self.header[0] == "LastName" else self.header[:1]
        people = []
        for cells in self.table.rows[1:]:
            texts = self.table.texts(cells)
            if POINTS_POSSIBLE in texts[0]:
                self.possible = texts
                continue
            if all(_POSTING.fullmatch(text) for text in texts):
                continue
            found = {name: texts[index].strip() if index < len(texts) else "" for name, index in where.items()}
            name = ", ".join(text.strip() for text in texts[: len(names)])
            if found[ID] or found.get(LOGIN):
                number = found[ID] if found[ID].isdigit() else ""  # Excel makes 1.06E+16 of a long one
                people.append(Person(name, number, found.get(LOGIN, ""), tuple(cells), found.get(SECTION, "")))
        return people
