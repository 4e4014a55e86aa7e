"""Who is in the course: what an exported list of the class says, and whom earlier downloads have shown."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..formats.whole_files import write_whole
from ..handin.names import safe_id
from ..model.errors import ConfigError
from ..model.result_folders import HIDDEN_FOLDER
from . import class_list
from .canvas_gradebook import CanvasGradebook
from .canvas_names import HIDDEN, canvas_id_of
from .logins import Words, id_of, words_of

REMEMBERED = Path(HIDDEN_FOLDER, "roster.json")  # below the folder that `autograder grade` writes to
LEFT = "This student is not in the roster any more."
TEST_STUDENT = "Test Student"  # in that file without an id


@dataclass(frozen=True)
class Member:
    """One student of the course."""

    student: str  # the id that everything of this student goes by
    name: str
    user: str = ""  # the key in a class download: Canvas's number, or `moodle:123`
    other_ids: tuple[str, ...] = ()  # further ones, as the number of the school
    late: bool = False  # Moodle's worksheet says so of the submission of its user
    sent_at: str = ""  # and when it was sent: ISO 8601
    section: str = ""
    email: str = ""

    @property
    def first_and_last(self) -> tuple[str, str]:
        """The name in two parts: systems write "Doe, Ann" or "Ann Doe"."""
        last, comma, first = map(str.strip, self.name.partition(","))
        if not comma:
            first, _, last = map(str.strip, self.name.strip().rpartition(" "))
        return first, last


@dataclass(frozen=True)
class Roster:
    """All students of the course, without a test student."""

    members: tuple[Member, ...] = ()
    test_users: frozenset[str] = frozenset()  # Canvas's numbers of its test student
    former: tuple[Member, ...] = ()  # who was in an earlier list of this folder and is in this one no more
    students: frozenset[str] = field(init=False)  # their ids in lower case

    def __post_init__(self) -> None:
        """Put the ids at hand."""
        object.__setattr__(self, "students", frozenset(member.student.lower() for member in self.members))

    def is_stranger(self, student: str) -> bool:
        """Whether nobody in the roster has an id; nobody is one where Canvas hides the names."""
        return not student.startswith(HIDDEN) and student.lower() not in self.students

    def has_left(self, student: str) -> bool:
        """Whether somebody had this id in an earlier roster."""
        return self.is_stranger(student) and student.lower() in {member.student.lower() for member in self.former}

    @property
    def by_user(self) -> Mapping[str, str]:
        """The id of each student by the key in a class download."""
        return {member.user: member.student for member in self.members if member.user}

    @property
    def names(self) -> Mapping[str, str]:
        """The name of each student by the key in a class download."""
        return {member.user: member.name for member in self.members if member.user}

    @property
    def sent(self) -> Mapping[str, tuple[bool, str]]:
        """Whether the list says that a submission is late, and when it was sent, by the key in a class download."""
        return {m.user: (m.late, m.sent_at) for m in self.members if m.user and (m.late or m.sent_at)}

    @property
    def people(self) -> Mapping[str, frozenset[Words]]:
        """The name of each student as systems spell it: also behind a login, as Brightspace does in some courses."""
        return {
            member.student: frozenset(
                words_of(f"{before} {member.name}") for before in ("", member.student, *member.other_ids)
            )
            for member in self.members
            if member.name
        }

    @property
    def other_ids(self) -> Mapping[str, str]:
        """Students by their further ids."""
        return {other: member.student for member in self.members for other in member.other_ids}


def read(path: Path) -> Roster:
    """Return the students of a gradebook of Canvas's or another list of the class. Raises ConfigError if it is none."""
    if not CanvasGradebook.is_one(path):
        return Roster(tuple(map(_of_list, class_list.read(path))))
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
        if student in members and members[student].user != person.canvas_id:
            student = canvas_id_of(person.name, person.canvas_id)  # two forms of one login
        email = person.login if "@" in person.login else ""
        known = members.get(student)
        sections = [known.section] if known else []
        sections += [person.section] if person.section not in sections else []  # in older exports, a row for each
        section = " and ".join(filter(None, sections))
        members[student] = Member(student, person.name, person.canvas_id, section=section, email=email)
    trials = frozenset(person.canvas_id for person in everybody if person.is_test_student) - {""}
    return Roster(tuple(members.values()), trials)


def _of_list(person: class_list.Person) -> Member:
    sent = person.late, person.sent_at
    return Member(person.student, person.name, person.user, person.other_ids, *sent, person.section, person.email)


def listed(roster: Roster | None, students: Iterable[str]) -> dict[str, Member]:
    """Return what the roster says of each of these students; whom it does not know has neither name nor section."""
    everybody = (*roster.former, *roster.members) if roster is not None else ()
    known = {member.student.lower(): member for member in everybody}
    return {student: known.get(student.lower(), Member(student, "")) for student in students}


def missing(roster: Roster, students: Iterable[str]) -> list[Member]:
    """Return the members from whom nothing came, by name; nobody where Canvas hides the names."""
    students = list(students)
    if any(student.startswith(HIDDEN) for student in students):
        return []
    present = {student.lower() for student in students}
    return sorted((m for m in roster.members if m.student.lower() not in present), key=lambda m: m.name.casefold())


def find(path: Path | None, out: Path, known: Mapping[str, str], names: Mapping[str, str] = {}) -> Roster | None:
    """Return the roster in an exported list; without a path, the one that was used last for this folder.

    Who has sent something before keeps the id, so that marks are not lost, unless it is that of another.

    `known` are the students of everything that was stored, and `names` what their system calls them, by user.
    """
    last = _remembered(out)
    course = last if path is None else read(path)
    if course is None:
        return None
    everybody = _with_users(course.members, names)
    holders = {member.student: member.user for member in everybody}
    members = []
    for member in everybody:
        student = known.get(member.user, member.student)
        is_free = holders.get(student.lower(), member.user) == member.user
        members.append(replace(member, student=student) if is_free else member)
    course = replace(course, members=tuple(members))
    return course if path is None or last is None else replace(course, former=_gone(course, last))


def _gone(course: Roster, last: Roster) -> tuple[Member, ...]:
    """Return who is in the list before, but not in this one: pages still name them, and they are in no section."""
    earlier = {member.student: member for member in (*last.former, *last.members)}
    return tuple(
        replace(member, section="")
        for member in earlier.values()
        if member.student.lower() not in course.students and member.user not in course.by_user
    )


def _with_users(members: Sequence[Member], names: Mapping[str, str]) -> list[Member]:
    """Return members with the users of earlier downloads who alone have their name, where the list has no users."""
    users: dict[Words, set[str]] = defaultdict(set)
    for user, name in names.items():
        if ":" in user:  # Canvas runs the words of a name together, and exports its numbers
            users[words_of(name)].add(user)
    for member in members:
        users[words_of(member.name)].add(member.user or member.student)
    found = []
    for member in members:
        others = users[words_of(member.name)] - {member.student}
        found.append(replace(member, user=others.pop()) if not member.user and len(others) == 1 else member)
    return found


def remember(roster: Roster, out: Path) -> None:
    """Keep a roster for later commands on the same folder."""
    path = out / REMEMBERED
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trials = [Member("", TEST_STUDENT, number) for number in sorted(roster.test_users)]
        former = [asdict(member) | {"former": True} for member in roster.former]
        write_whole(path, json.dumps([*(asdict(member) for member in (*roster.members, *trials)), *former]))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}): fix this, then run the command again."
        ) from error


def _member(entry: Mapping[str, Any]) -> Member:
    user = entry["user"] if "user" in entry else entry["canvas_id"]  # so older versions call it
    others = tuple(map(str, entry.get("other_ids", ())))
    sent = bool(entry.get("late")), str(entry.get("sent_at", ""))
    more = str(entry.get("section", "")), str(entry.get("email", ""))
    return Member(str(entry["student"]), str(entry["name"]), str(user), others, *sent, *more)


def _remembered(out: Path) -> Roster | None:
    """Return the roster that was used last for this folder, None when there was none."""
    try:
        entries = json.loads((out / REMEMBERED).read_text(encoding="utf-8"))
        everybody = [_member(entry) for entry in entries if not entry.get("former")]
        former = tuple(_member(entry) for entry in entries if entry.get("former"))
        trials = frozenset(member.user for member in everybody if not member.student)
        members = tuple(member for member in everybody if member.student)
        return Roster(members, trials, former) if members else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
