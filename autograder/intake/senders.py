"""Who sent an upload to Canvas, where its name leaves a doubt: it can be read in two ways, or names a group.

A doubt is settled by what else is known, or said: nobody gets the place of another by a guess.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from ..formats.members import shown
from ..handin.names import one_form, same_letters
from ..handin.problems import Level
from ..lms.canvas_names import CanvasName, possible_canvas_names
from ..model.report import Finding
from .sources import Source

TEST_STUDENT = frozenset({"studenttest", "teststudent"})  # Canvas's own name for the student of the "student view"
GROUP_NAME = re.compile(r"(?:group|team)_?\d")  # as Canvas numbers the groups that it makes: "Project Group 12"
FOR_EACH_MEMBER = "If this is group work, grade it for every member: add a copy named <member's id>_{}.zip for each."
SHOWN_PARTNERS = 5  # ids in one finding


@dataclass(frozen=True)
class KnownStudents:
    """Whom the instructor knows already, from a roster and from earlier downloads."""

    users: Mapping[str, str] = field(default_factory=dict)  # student ids by Canvas's number or mark
    students: frozenset[str] | None = None  # ids of everybody in the course; None without a roster
    names: Mapping[str, str] = field(default_factory=dict)  # what Canvas calls them, by number
    test_users: frozenset[str] = frozenset()  # numbers of Canvas's test student

    def of_another(self, student: str, user: str) -> bool:
        """Whether an id is that of another user; numbers and the marks that hide them cannot be compared."""
        return any(other != user and other.isdigit() == user.isdigit() for other in self._by_student.get(student, ()))

    @cached_property
    def _by_student(self) -> Mapping[str, list[str]]:
        users: dict[str, list[str]] = defaultdict(list)
        for user, student in self.users.items():
            users[student.lower()].append(user)
        return users


@dataclass
class Senders:
    """The sources of a download: those with a known sender, those in doubt, and Canvas's own trials."""

    sources: list[Source] = field(default_factory=list)
    unclear: dict[Source, str] = field(default_factory=dict)  # that two users can have sent: a sentence names both
    trials: list[Source] = field(default_factory=list)  # of Canvas's test student: graded for nobody
    notes: dict[Source, Finding] = field(default_factory=dict)  # what was decided and may be wrong


def identify_senders(sources: Iterable[Source], known: KnownStudents) -> Senders:
    """Return the sources with the sender that their names tell together with what is known."""
    found = Senders()
    readings = {source: _readings(source.canvas) for source in sources}
    names: dict[str, set[str]] = defaultdict(set)
    for first, *others in filter(None, readings.values()):
        if not others:
            names[first.user].add(same_letters(first.name))
    for user, name in known.names.items():
        names[user] = {same_letters(name)}
    everybody = names.keys() | known.users.keys()
    for source, possible in readings.items():
        reading = _decided(possible, everybody, names) if len(possible) > 1 else source.canvas
        if source.canvas is None:
            found.sources.append(source)
        elif reading is None:
            found.unclear[source] = _both_named(possible, known)
        elif same_letters(reading.name) in TEST_STUDENT or reading.user in known.test_users:
            found.trials.append(source)
        else:
            if reading != source.canvas and source.read_as is not None:
                source = source.read_as(reading)
            found.sources.append(source)
            if reading == possible[0] and len(possible) > 1:
                found.notes[source] = _doubt(possible, known)
    return found


def _readings(name: CanvasName | None) -> list[CanvasName]:
    if name is None:
        return []
    return [name, *(other for other in possible_canvas_names(name.entry) if other.user != name.user)][:2]


def _decided(
    possible: Sequence[CanvasName], everybody: AbstractSet[str], names: Mapping[str, AbstractSet[str]]
) -> CanvasName | None:  # fmt: skip
    """Return which of two readings is meant, None if nothing tells.

    The second is wrong only if the number of a file is by chance that of a student. The first is wrong for everybody
    whose name ends in a number, and in some courses students choose their names: where the name is not that of the
    user, or both users exist, it counts for nobody.
    """
    first, second = possible

    def is_named(reading: CanvasName) -> bool | None:
        known = names.get(reading.user)
        return same_letters(reading.name) in known if known else None

    if second.user in everybody:
        is_second = first.user not in everybody or (is_named(second) is True and is_named(first) is False)
        return second if is_second else None
    return None if is_named(first) is False else first


def _both_named(possible: Sequence[CanvasName], known: KnownStudents) -> str:
    first, second = (_user(reading.user, known) for reading in possible)
    return (
        f"{shown(possible[0].entry)} is from {first} or from {second}, and the name does not say which: "
        "it is not graded. Find out who sent it, and grade it again under the name <id>_<assignment>.zip."
    )


def _doubt(possible: Sequence[CanvasName], known: KnownStudents) -> Finding:
    first, second = possible
    text = f"{shown(first.entry)} was graded for {_user(first.user, known)}; the name can also mean user {second.user}"
    if known.students is None:
        return Finding(Level.WARNING, f"{text}: give a roster to distinguish them.")
    return Finding(Level.INFO if first.user in known.users else Level.WARNING, f"{text}, who is not in the roster.")


def _user(user: str, known: KnownStudents) -> str:
    student = known.users.get(user)
    return f"Canvas user {user}" + (f" ({student})" if student else "")


def group_notes(
    sources: Sequence[Source], student: str, present: AbstractSet[str], known: KnownStudents, assignment_name: str
) -> Iterator[str]:
    """Yield a sentence for each sign that sources are the work of several students.

    Canvas gives a group's upload under the name of the group and the number of one member. `present` holds the ids of
    everybody who sent something.
    """
    advice = FOR_EACH_MEMBER.format(assignment_name.upper())
    for source in sources:
        canvas = source.canvas
        if canvas is not None and not canvas.is_hidden and canvas.name:
            name = known.names.get(canvas.user, "") if known.students is not None else ""
            is_other = bool(name) and same_letters(name) != same_letters(canvas.name)
            if is_other or (not name and GROUP_NAME.search(canvas.name)):
                roster = f", the roster says {shown(name)}" if name else ""
                yield f"Canvas calls the sender of {shown(canvas.entry)} {shown(canvas.name)}{roster}. {advice}"
        words = set(re.split(r"[^a-z0-9]+", one_form(source.name).lower()))
        partners = sorted(words & (known.students or frozenset()) - present - {student.lower()})
        if partners:
            shown_ids = ", ".join(partners[:SHOWN_PARTNERS])
            yield f"{shown(source.name)} also names {shown_ids}, who sent nothing. {advice}"
