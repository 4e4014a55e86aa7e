"""Who sent an entry of a class download: by what is known of its user, and where its name leaves a doubt.

A doubt is settled by what else is known, or said: nobody gets the place of another by a guess.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ..formats.members import shown
from ..handin.names import one_form, same_letters
from ..handin.problems import Level
from ..lms.canvas_names import CanvasName, possible_canvas_names
from ..lms.entries import CANVAS, Entry, kind_of
from ..lms.logins import Words, id_of, words_of
from ..lms.moodle import SYSTEM as MOODLE
from ..model.report import Finding
from .sources import Source

GROUP_NAME = re.compile(r"(?:group|team)_?\d")  # as Canvas numbers the groups that it makes: "Project Group 12"
GIVE_GROUPS = "If this is group work, give the list of the groups (--groups CSV), and every member gets the grade."
SHOWN_PARTNERS = 5  # ids in one finding


@dataclass(frozen=True)
class KnownStudents:
    """Whom the instructor knows already, from a roster and from earlier downloads."""

    users: Mapping[str, str] = field(default_factory=dict)  # student ids by the user of a class download
    students: frozenset[str] | None = None  # ids of everybody in the course; None without a roster
    names: Mapping[str, str] = field(default_factory=dict)  # what the system calls them, by user
    test_users: frozenset[str] = frozenset()  # of the system's test student
    people: Mapping[str, frozenset[Words]] = field(default_factory=dict)  # the roster's spellings of names, by student
    other_ids: Mapping[str, str] = field(default_factory=dict)  # students by further ids, as the number of the school
    sent: Mapping[str, tuple[bool, str]] = field(default_factory=dict)  # late, and time of sending, by user

    def student_of(self, entry: Entry) -> str | None:
        """Return whose an entry is for certain, by its user or by the login that the system tells."""
        student = self.users.get(entry.user)
        if student is not None and not (entry.system == MOODLE and self._is_somebody_else(student, entry)):
            return student
        login = id_of(entry.login)
        student = self.other_ids.get(login, login)
        return student if student and student in (self.students or ()) else None

    def with_time(self, entry: Entry) -> Entry:
        """Return an entry with what a list says of when it was sent, where the download does not say it."""
        late, sent_at = self.sent.get(entry.user, (False, "")) if self.student_of(entry) else (False, "")
        when = entry.submitted_at or (datetime.fromisoformat(sent_at) if sent_at else None)
        return replace(entry, late=entry.late or late, submitted_at=when)

    def called(self, entry: Entry) -> frozenset[str]:
        """Return the students of the roster who have the name of an entry; Moodle may put the group before it."""
        name = "" if entry.system == CANVAS or entry.is_hidden else entry.name  # Canvas gives a number, and "doeann"
        found = frozenset[str]()
        while name and not found:
            found = self._by_name.get(words_of(name), frozenset())
            name = name.partition("-")[2] if entry.system == MOODLE else ""
        return found

    def of_another(self, student: str, entry: Entry) -> bool:
        """Whether an id is that of another user; numbers and the marks that hide them cannot be compared.

        Where the system's users are not in the roster, the name that it gives the sender decides.
        """
        others = self._by_student.get(student, ())
        if any(other != entry.user and kind_of(other) == kind_of(entry.user) for other in others):
            return True
        return entry.system != CANVAS and self._is_somebody_else(student, entry)

    def _is_somebody_else(self, student: str, entry: Entry) -> bool:
        """Whether the roster gives a student another name than the system gives the sender of an entry."""
        return not entry.is_hidden and bool(self.people.get(student)) and student not in self.called(entry)

    @cached_property
    def _by_name(self) -> Mapping[Words, frozenset[str]]:
        found: dict[Words, set[str]] = defaultdict(set)
        for student, spellings in self.people.items():
            for spelling in spellings:
                found[spelling].add(student)
        return {spelling: frozenset(students) for spelling, students in found.items()}

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
    readings = {source: _readings(source.entry) for source in sources}
    names: dict[str, set[str]] = defaultdict(set)
    for first, *others in filter(None, readings.values()):
        if not others:
            names[first.user].add(same_letters(first.name))
    for user, name in known.names.items():
        names[user] = {same_letters(name)}
    everybody = names.keys() | known.users.keys()
    for source, possible in readings.items():
        if source.entry and source.entry.user in known.sent:
            source = replace(source, entry=known.with_time(source.entry))
        reading = _decided(possible, everybody, names) if len(possible) > 1 else source.entry
        if source.entry is None:
            found.sources.append(source)
        elif reading is None:
            found.unclear[source] = _both_named(possible, known)
        elif reading.is_trial or reading.user in known.test_users:
            found.trials.append(source)
        else:
            if reading != source.entry and source.read_as is not None:
                source = source.read_as(reading)
            found.sources.append(source)
            if reading == possible[0] and len(possible) > 1:
                found.notes[source] = _doubt(possible, known)
    return found


def _readings(name: Entry | None) -> Sequence[Entry]:
    if not isinstance(name, CanvasName):
        return [name] if name else []
    return [name, *(other for other in possible_canvas_names(name.entry) if other.user != name.user)][:2]


def _decided(
    possible: Sequence[Entry], everybody: AbstractSet[str], names: Mapping[str, AbstractSet[str]]
) -> Entry | None:  # fmt: skip
    """Return which of two readings is meant, None if nothing tells.

    The second is wrong only if the number of a file is by chance that of a student. The first is wrong for everybody
    whose name ends in a number, and in some courses students choose their names: where the name is not that of the
    user, or both users exist, it counts for nobody.
    """
    first, second = possible

    def is_named(reading: Entry) -> bool | None:
        known = names.get(reading.user)
        return same_letters(reading.name) in known if known else None

    if second.user in everybody:
        is_second = first.user not in everybody or (is_named(second) is True and is_named(first) is False)
        return second if is_second else None
    return None if is_named(first) is False else first


def _both_named(possible: Sequence[Entry], known: KnownStudents) -> str:
    first, second = (_user(reading.user, known) for reading in possible)
    return (
        f"{shown(possible[0].entry)} is from {first} or from {second}, and the name does not say which: "
        "it is not graded. Find out who sent it, and grade it again under the name <id>_<assignment>.zip."
    )


def _doubt(possible: Sequence[Entry], known: KnownStudents) -> Finding:
    first, second = possible
    text = f"{shown(first.entry)} was graded for {_user(first.user, known)}; the name can also mean user {second.user}"
    if known.students is None:
        return Finding(Level.WARNING, f"{text}: give a roster to distinguish them.")
    return Finding(Level.INFO if first.user in known.users else Level.WARNING, f"{text}, who is not in the roster.")


def _user(user: str, known: KnownStudents) -> str:
    student = known.users.get(user)
    return f"Canvas user {user}" + (f" ({student})" if student else "")


def group_notes(
    sources: Sequence[Source], student: str, present: AbstractSet[str], known: KnownStudents
) -> Iterator[str]:
    """Yield a sentence for each sign that sources are the work of several students.

    Canvas gives a group's upload under the name of the group and the number of one member. `present` holds the ids of
    everybody who sent something.
    """
    for source in sources:
        canvas = source.entry
        if isinstance(canvas, CanvasName) and not canvas.is_hidden and canvas.name:
            name = known.names.get(canvas.user, "") if known.students is not None else ""
            is_other = bool(name) and same_letters(name) != same_letters(canvas.name)
            if is_other or (not name and GROUP_NAME.search(canvas.name)):
                roster = f", the roster says {shown(name)}" if name else ""
                yield f"Canvas calls the sender of {shown(canvas.entry)} {shown(canvas.name)}{roster}. {GIVE_GROUPS}"
        words = set(re.split(r"[^a-z0-9]+", one_form(source.name).lower()))
        partners = sorted(words & (known.students or frozenset()) - present - {student.lower()})
        if partners:
            shown_ids = ", ".join(partners[:SHOWN_PARTNERS])
            yield f"{shown(source.name)} also names {shown_ids}, who sent nothing. {GIVE_GROUPS}"
