"""Who is in the course: what a Canvas gradebook export says, and whom earlier downloads have shown."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ..formats.whole_files import write_whole
from ..handin.names import safe_id
from ..model.errors import ConfigError
from ..model.result_folders import HIDDEN_FOLDER
from .canvas_gradebook import CanvasGradebook
from .canvas_names import HIDDEN, canvas_id_of

REMEMBERED = Path(HIDDEN_FOLDER, "roster.json")  # below the folder that `autograder grade` writes to
TEST_STUDENT = "Test Student"  # in that file without an id


@dataclass(frozen=True)
class Member:
    """One student of the course."""

    student: str  # the id that everything of this student goes by
    name: str
    canvas_id: str = ""


@dataclass(frozen=True)
class Roster:
    """All students of the course, without Canvas's test student."""

    members: tuple[Member, ...] = ()
    test_users: frozenset[str] = frozenset()  # Canvas's numbers of its test student
    students: frozenset[str] = field(init=False)  # their ids in lower case

    def __post_init__(self) -> None:
        """Put the ids at hand."""
        object.__setattr__(self, "students", frozenset(member.student.lower() for member in self.members))

    @property
    def by_canvas_id(self) -> Mapping[str, str]:
        """The id of each student by Canvas's number."""
        return {member.canvas_id: member.student for member in self.members if member.canvas_id}

    @property
    def names(self) -> Mapping[str, str]:
        """The name of each student by Canvas's number."""
        return {member.canvas_id: member.name for member in self.members if member.canvas_id}


def read(path: Path) -> Roster:
    """Return the students of a Canvas gradebook export. Raises ConfigError when it is none."""
    everybody = CanvasGradebook(path).people
    people = [person for person in everybody if not person.is_test_student]
    holders: dict[str, set[str]] = defaultdict(set)
    for person in people:
        holders[id_of(person.login)].add(person.canvas_id)
    members: dict[str, Member] = {}
    for person in people:
        student = id_of(person.login)
        if not student:
            student = canvas_id_of(person.name, person.canvas_id)
        elif len(holders[student]) > 1:
            student = safe_id(person.login.lower())  # ann@a.edu beside ann@b.edu
        if student in members and members[student].canvas_id != person.canvas_id:
            student = canvas_id_of(person.name, person.canvas_id)  # two forms of one login
        members.setdefault(student, Member(student, person.name, person.canvas_id))
    trials = frozenset(person.canvas_id for person in everybody if person.is_test_student) - {""}
    return Roster(tuple(members.values()), trials)


def id_of(login: str) -> str:
    """Return the student id that a login stands for: its name in lower case, also where Canvas adds a domain."""
    name = login.strip().partition("@")[0].lower()
    return safe_id(name) if name else ""


def missing(roster: Roster, students: Iterable[str]) -> list[Member]:
    """Return the members from whom nothing came, by name; nobody where Canvas hides the names."""
    students = list(students)
    if any(student.startswith(HIDDEN) for student in students):
        return []
    present = {student.lower() for student in students}
    return sorted((m for m in roster.members if m.student.lower() not in present), key=lambda m: m.name.casefold())


def find(path: Path | None, out: Path, known: Mapping[str, str]) -> Roster | None:
    """Return the roster in a Canvas export; without a path, the one that was used last for this folder.

    Who has sent something before keeps the id, so that marks are not lost, unless it is that of another.

    `known` are the students of everything that was stored, by Canvas's number.
    """
    course = _remembered(out) if path is None else read(path)
    if course is None:
        return None
    holders = {member.student: member.canvas_id for member in course.members}
    members = []
    for member in course.members:
        student = known.get(member.canvas_id, member.student)
        is_free = holders.get(student.lower(), member.canvas_id) == member.canvas_id
        members.append(replace(member, student=student) if is_free else member)
    return replace(course, members=tuple(members))


def remember(roster: Roster, out: Path) -> None:
    """Keep a roster for later commands on the same folder."""
    path = out / REMEMBERED
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trials = [Member("", TEST_STUDENT, number) for number in sorted(roster.test_users)]
        write_whole(path, json.dumps([asdict(member) for member in (*roster.members, *trials)]))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}): fix this, then run the command again."
        ) from error


def _remembered(out: Path) -> Roster | None:
    """Return the roster that was used last for this folder, None when there was none."""
    try:
        entries = json.loads((out / REMEMBERED).read_text(encoding="utf-8"))
        everybody = [Member(str(e["student"]), str(e["name"]), str(e["canvas_id"])) for e in entries]
        trials = frozenset(member.canvas_id for member in everybody if not member.student)
        members = tuple(member for member in everybody if member.student)
        return Roster(members, trials) if members else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
