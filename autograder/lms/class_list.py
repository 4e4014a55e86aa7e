"""The lists of a class that systems export: who is in it, by which ids, and in which group.

Canvas: the gradebook, or a group set (People, Export). Moodle: the grading worksheet of the assignment, the
participants, or the gradebook. Blackboard: the full grade center. Brightspace: the grades with user details.
Gradescope: the roster. And any CSV file with one of the columns below. Column names are read in English.

The section of a student: Canvas, Gradescope and Brightspace ("Section Membership" of its export) have the word in the
name of the column, Blackboard has the ID of a merged course ("Child Course ID"). Moodle knows groups alone.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..formats.csv_cells import SEPARATORS, Table
from ..handin.names import safe_id
from ..model.errors import ConfigError
from .logins import id_of

MAX_BYTES = 64 * 2**20
_COLUMNS: Mapping[str, tuple[str, ...]] = {  # in any capitals, with spaces for `_`
    "login": ("username", "user name", "login", "login id", "sis login id", "student"),
    "email": ("email", "e-mail", "email address", "e-mail address"),
    "number": ("id number", "student id", "sid", "orgdefinedid", "org defined id", "user id", "student number"),
    "name": ("full name", "name", "student name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "surname", "lastname", "family name"),
    "moodle": ("identifier",),
    "canvas": ("canvas user id",),
    "section": ("section", "sections", "section membership", "section name", "child course id"),
    "group": ("group name", "group", "groups"),
    "role": ("role", "roles"),
    "status": ("status",),
    "sent": ("last modified (submission)",),
}
_SECTION = re.compile(r"\bsections?\b")  # as in "Lab section", where no column has one of the names above
_LATE = re.compile(r"\blate\b")  # as in "Submitted for grading - 2 days 3 hours late"
_TIME = "%A, %d %B %Y, %I:%M %p"  # of Moodle in English; another form says nothing
_STUDENT = re.compile(r"student|learner", re.IGNORECASE)
_NOT_A_STUDENT = ("_previewuser",)  # what the login of Blackboard's own test student ends in


@dataclass(frozen=True)
class Person:
    """One row; what the file does not say is empty."""

    student: str  # the id that everything of this student goes by
    name: str
    user: str = ""  # the key in a class download, where the system exports it
    other_ids: tuple[str, ...] = ()  # further ones of the same student, in lower case
    groups: tuple[str, ...] = ()
    late: bool = False  # Moodle's worksheet says so
    sent_at: str = ""  # ISO 8601, in the time zone of whoever exported the worksheet
    section: str = ""
    email: str = ""


def read(path: Path) -> list[Person]:
    """Return the people in a list. Raises ConfigError when it is none."""
    rows = [row for row in _rows(path) if _is_student(row)]
    ids = [_ids(row) for row in rows]
    holders = Counter(student for student, _ in {(id_of(found[0]), tuple(found)) for found in ids if found})
    people = []
    for row, found in zip(rows, ids, strict=True):
        if not found:
            continue
        student = id_of(found[0])
        if holders[student] > 1:
            student = safe_id(found[0])  # ann@a.edu beside ann@b.edu
        forms = {text for entry in found for text in (entry, id_of(entry) if holders[id_of(entry)] < 2 else entry)}
        groups = tuple(filter(None, map(str.strip, row.get("group", "").split(","))))
        others = tuple(sorted(forms - {student}))
        late = _LATE.search(row.get("status", "")) is not None
        more = {"section": row.get("section", ""), "email": row.get("email", "")}
        people.append(Person(student, _name(row), _user(row), others, groups, late, _sent_at(row), **more))
    if not people:
        raise ConfigError(f"{path} names no student: export the list of the class again.")
    return people


def _rows(path: Path) -> list[dict[str, str]]:
    """Return what the columns that are known say, row by row."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): give a list of the class.") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_BYTES >> 20} MiB: give a list of the class.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()  # Blackboard's table of the full grade center
    reason = "its first line has no column with the ids of the students"
    for separator in SEPARATORS:
        try:
            table = Table(data, separator)
        except ValueError as error:
            reason = str(error)
            continue
        where = _where(table.texts(table.rows[0])) if table.rows else {}
        if where.keys() & {"login", "email", "number"}:
            return [_row(table.texts(cells), where) for cells in table.rows[1:]]
    raise ConfigError(
        f"{path} is not a list of a class, because {reason}: export it again, with a column such as Username, "
        "Email address, ID number or SIS Login ID."
    )


def _where(header: Sequence[str]) -> dict[str, int]:
    names = [re.sub(r"[\s_]+", " ", text).strip().casefold() for text in header]
    found: dict[str, int] = {}
    for key, spellings in _COLUMNS.items():
        for spelling in spellings:
            if spelling in names:
                found.setdefault(key, names.index(spelling))
    for place, name in enumerate(names):
        if _SECTION.search(name):
            found.setdefault("section", place)
    return found


def _row(texts: Sequence[str], where: Mapping[str, int]) -> dict[str, str]:
    # Brightspace writes a # before each id, so that a spreadsheet leaves it as it is.
    return {key: texts[index].strip().removeprefix("#") for key, index in where.items() if index < len(texts)}


def _is_student(row: Mapping[str, str]) -> bool:
    role = row.get("role", "")
    return not row.get("login", "").lower().endswith(_NOT_A_STUDENT) and (not role or bool(_STUDENT.search(role)))


def _ids(row: Mapping[str, str]) -> list[str]:
    """Return the ids of a row, the one that counts first."""
    return [row[key].lower() for key in ("login", "email", "number") if row.get(key)]


def _sent_at(row: Mapping[str, str]) -> str:
    try:
        return datetime.strptime(row.get("sent", ""), _TIME).isoformat()
    except ValueError:
        return ""


def _name(row: Mapping[str, str]) -> str:
    return row.get("name") or ", ".join(filter(None, (row.get("last"), row.get("first"))))


def _user(row: Mapping[str, str]) -> str:
    if row.get("canvas", "").isdigit():
        return row["canvas"]
    number = re.search(r"[0-9]+$", row.get("moodle", ""))  # "Participant 123"
    return f"moodle:{number[0]}" if number else ""
