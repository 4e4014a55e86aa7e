"""Gives what one member of a group sent to every member.

A student is in a group by the instructor's list, never by a name that a student chose. Only where the system itself
names the group in the place of a student (Moodle, Brightspace, Blackboard), or several senders (Gradescope), it counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..formats.members import shown
from ..handin.names import listed, same_letters
from ..handin.problems import Finding, Level
from ..lms.class_list import Person
from ..lms.entries import CANVAS, Entry
from ..lms.groups import Group
from ..lms.moodle import SYSTEM as MOODLE
from ..model.assignment import Assignment
from ..model.submission import GroupWork
from .arrivals import digest_on_arrival
from .owned import Owned
from .senders import KnownStudents
from .sources import Source


def share(
    owned: Mapping[str, Owned], groups: Sequence[Group], known: KnownStudents, assignment: Assignment
) -> list[Owned]:  # fmt: skip
    """Return what everybody has when each member of a group has the work of the group.

    Where several members sent something, the latest counts. What was stored for a member before is that member's own.
    """
    found: list[Owned] = []
    shared: dict[tuple[str, tuple[Person, ...]], list[Owned]] = defaultdict(list)
    listing = _Groups(groups, owned.values(), known)
    for entry in owned.values():
        group = None if _is_stored(entry.sources, assignment) else listing.of(entry)
        if group is None:
            found.append(entry)
        else:
            shared[group.name, group.members].append(entry)
    for (name, people), sent in shared.items():
        found += _copies(name, people, sent, listing)
    return found


def _copies(name: str, people: Sequence[Person], sent: list[Owned], listing: "_Groups") -> Iterator[Owned]:
    """Yield the latest work once for each member, with a finding that names the group."""
    latest, *others = sorted(sent, key=lambda entry: max(source.order for source in entry.sources), reverse=True)
    members = {listing.id_of(person): person for person in people}
    user = _user_of(latest)
    is_sender = {student: student == latest.student or user == person.user != "" for student, person in members.items()}
    senders = [student for student in members if is_sender[student]]
    work = GroupWork(name, (senders or sorted(members))[0], tuple(sorted(members)))
    sent_by = f", sent by {senders[0]}" if senders else ""
    findings = [Finding(Level.INFO, f"Group work of {shown(name)} ({listed(sorted(members), 20)}){sent_by}.")]
    for other in others:
        if not _is_copy(other, name):
            file, earlier = shown(latest.sources[0].full_name), shown(other.sources[0].full_name)
            text = f"Several members of {shown(name)} sent something: {file}, the later one, counts, not {earlier}."
            findings.append(Finding(Level.WARNING, text))
    for student, person in members.items():
        own = None if is_sender[student] else person.user
        yield replace(
            latest, student=student, findings=[*findings, *latest.findings], is_known=True, group=work, user=own
        )


class _Groups:
    """The groups of a class, and the ids by which their members go."""

    def __init__(self, groups: Sequence[Group], owned: Iterable[Owned], known: KnownStudents) -> None:
        self._known = known
        self._present = {entry.student.lower(): entry.student for entry in owned}
        self._by_name = {same_letters(group.name): group for group in groups}
        self._by_member: dict[str, list[Group]] = defaultdict(list)
        for group in groups:
            for person in group.members:
                for key in {self.id_of(person), person.user} - {""}:
                    self._by_member[key].append(group)

    def id_of(self, person: Person) -> str:
        """Return the id by which a person goes, here or in the roster."""
        if person.user in self._known.users:
            return self._known.users[person.user]
        for name in (person.student, *person.other_ids):
            if known := self._known.other_ids.get(name) or self._present.get(name):
                return known
        return person.student

    def of(self, owned: Owned) -> Group | None:
        """Return the group whose work something is."""
        entry = next((source.entry for source in owned.sources if source.entry), None)
        if entry is not None and entry.members:
            return Group(entry.name, tuple(map(self._person, entry.members)))
        if entry is not None and entry.system != CANVAS and same_letters(entry.name) in self._by_name:
            return self._by_name[same_letters(entry.name)]  # whoever the files are named after
        groups = self._by_member.get(owned.student) or self._by_member.get(_user_of(owned), [])
        return groups[0] if len(groups) == 1 else None

    def _person(self, sender: Entry) -> Person:
        called = self._known.called(sender)
        student = self._known.student_of(sender) or (next(iter(called)) if len(called) == 1 else sender.student)
        return Person(student, sender.name, sender.user)


def _user_of(owned: Owned) -> str:
    return next((source.entry.user for source in owned.sources if source.entry), "")


def _is_copy(owned: Owned, group: str) -> bool:
    """Whether Moodle put the work of a group there for each member, as older versions do: `Group A-Ann Doe`."""
    entry = next((source.entry for source in owned.sources if source.entry), None)
    return entry is not None and entry.system == MOODLE and entry.name.startswith(f"{group}-")


def _is_stored(sources: Sequence[Source], assignment: Assignment) -> bool:
    """Whether something is a folder of submitted/ that was stored before."""
    folders = [level for source in sources if source.path for level in (source.path, source.path / assignment.name)]
    return any(level.name == assignment.name and digest_on_arrival(level) is not None for level in folders)
