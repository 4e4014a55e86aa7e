"""Finds the student whom somebody names: by id, login, number, e-mail address or full name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import fuzz, process

from ..handin.names import listed, one_form
from ..model.errors import ConfigError
from ..model.person_names import folded, is_called, search_key, spellings, written
from ..model.plain_text import one_line
from ..model.submission_status import NAME_LIMIT
from .roster import Member

_MOST_NEAR = 3
_NEAR = 70  # of 100: two letters of an id of six differ; further away nobody means the same
Words = tuple[str, ...]


class Students:
    """Everybody who can be named."""

    def __init__(self, members: Iterable[Member]) -> None:
        """Take the students; one who stands there twice, as in a roster and among submissions, has the first id."""
        self._ids: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._members: dict[str, Member] = {}
        self._by_id: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[Words, set[str]] = defaultdict(set)
        for member in members:
            student = self._ids.setdefault(member.student.lower(), member.student)
            if student not in self._members or not self._members[student].name:
                self._members[student] = member
            for text in (member.student, *member.other_ids, member.email, member.user):
                if text:
                    self._by_id[_plain(text)].add(student)
            for words in _names(member.name):
                self._by_name[words].add(student)

    def named(self, text: str) -> list[str]:
        """Return the ids of the students whom a text may mean: one if it is clear, several or none if it is not."""
        if text in self._members:
            return [text]
        found = self._by_id.get(_plain(text)) or set().union(*(self._by_name.get(name, ()) for name in _names(text)))
        return sorted(found)

    def student(self, text: str) -> str:
        """Return the id of the student whom a text names. Raises ConfigError, in one sentence, for nobody or several.

        The sentence is that of `unclear`.
        """
        found = self.named(text)
        if len(found) != 1:
            raise ConfigError(self.unclear(text))
        return found[0]

    def unclear(self, text: str) -> str:
        """Return the sentence about a text that names nobody, or several students."""
        said, found = one_line(text, NAME_LIMIT), self.named(text)
        if found:
            who = listed([self.written(student) for student in found], 5)
            return f"{said!r} may be {who}: write the id of the one who is meant."
        near = [self.written(student) for student in self._near(said)]
        hint = f"did you mean {listed(near, _MOST_NEAR)}?" if near else "write an id, an address or a name."
        return f"There is no student {said!r} here: {hint}"

    @property
    def members(self) -> Collection[Member]:
        """Everybody, each once."""
        return self._members.values()

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that anybody is in."""
        return tuple(sorted({member.section for member in self.members} - {""}))

    def member(self, student: str) -> Member:
        """Return what is known of the student with an id."""
        return self._members.get(self._ids.get(student.lower(), student)) or Member(student, "")

    def written(self, student: str) -> str:
        """Return how the student with an id is written."""
        return written(self.member(student).name, student)

    def is_called(self, student: str, words: str) -> bool:
        """Whether all the words that somebody looks for are in name, id or address of a student."""
        return is_called(words, self._key(student))

    def _key(self, student: str) -> str:
        if student not in self._keys:
            member = self.member(student)
            self._keys[student] = search_key(student, member.name, member.email, *member.other_ids)
        return self._keys[student]

    def _near(self, text: str) -> list[str]:
        keys = {student: self._key(student) for student in self._members}
        called = [student for student, key in keys.items() if is_called(text, key)]
        alike = process.extract(folded(text), keys, scorer=fuzz.partial_ratio, score_cutoff=_NEAR, limit=_MOST_NEAR)
        return list(dict.fromkeys([*called, *(student for _, _, student in alike)]))[:_MOST_NEAR]


def _plain(text: str) -> str:
    return one_form(text.strip()).casefold()


def _names(name: str) -> Iterator[Words]:
    """Yield the words of a full name, in no order, as they are looked for."""
    for form in spellings(folded(name)):
        if words := tuple(sorted(form.replace(",", " ").split())):
            yield words
