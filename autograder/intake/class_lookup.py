"""Who and what a request means: students as anybody names them, items by id or title."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ..handin.names import same_letters
from ..lms.find_student import Students
from ..lms.logins import id_of
from ..model.assignment import Assignment
from ..model.plain_text import one_line

MOST_READ = 500  # characters of a cell in which a name is looked for
MOST_WORDS = 12  # of a file's name that may be an id
MOST_ITEM_WORDS = 40  # of a cell that may be an item
_POINTS = re.compile(r"\(?\b[0-9]+(?:[.,][0-9]+)? ?(?:points?|pts?)\b\.?\)?", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;\n]")
_IN_BRACKETS = re.compile(r"[(<\[]([^()<>\[\]]+)[)>\]]")


class ClassLookup:
    """Finds students and items of one homework."""

    def __init__(self, assignment: Assignment, students: Students) -> None:
        """Take in everybody who may ask."""
        self._students = students
        self._items: dict[str, set[str]] = defaultdict(set)
        for item in assignment.items:
            for text in (item.id, item.heading):
                self._items[_item_key(text)].add(item.id)
        self._items.pop("", None)

    def students(self, text: str) -> frozenset[str]:
        """Return whom a text of a list can mean; several only where they have one name."""
        for words in _readings(text):
            found = self._students.named(words)
            if not found and words.count("@") == 1:  # of a course whose list has no addresses
                login = id_of(words)
                is_known = login in self._students.named(login) and not self._students.member(login).email
                found = [login] if is_known else []
            if found:
                return frozenset(found)
        return frozenset()

    def is_elsewhere(self, student: str, text: str) -> bool:
        """Whether a text is an e-mail address, and the roster has another one of this student."""
        words = one_line(text, MOST_READ)
        return "@" in words and bool(self._students.member(student).email) and student not in self.students(words)

    def unclear(self, text: str) -> str:
        """Return the sentence about a text that names nobody, or several students."""
        return self._students.unclear(one_line(text, MOST_READ))

    def by_address(self, address: str) -> frozenset[str]:
        """Return whose e-mail address this is, in full: anybody can have `ann@` somewhere else."""
        return frozenset(self._students.named(address) if "@" in address else ())

    def by_file_name(self, stem: str) -> frozenset[str]:
        """Return whose id or name a file name is, or begins with: `ann`, `ann_regrade`, `Ann Doe 2`."""
        words = one_line(stem, MOST_READ)
        ends = [match.start() for match in re.finditer(r"[\s_.-]", words)][:MOST_WORDS]
        for end in (len(words), *reversed(ends)):
            if end and (found := self._students.named(words[:end])):
                return frozenset(found)
        return frozenset()

    def items(self, text: str) -> tuple[str, ...]:
        """Return which items a text names; () where it is not certain."""
        words = text[:MOST_READ]
        if found := self._item(words):
            return (found,)
        parts = [part for part in _SEVERAL.split(words) if part.strip()]
        several = [self._item(part) for part in parts]
        if several and all(several):
            return tuple(dict.fromkeys(several))
        said = re.findall(r"\w+", words.casefold())[:MOST_ITEM_WORDS]
        named = {item for word in said if "_" in word for item in self._items.get(_item_key(word), ())}
        return tuple(named) if len(named) == 1 else ()

    def _item(self, text: str) -> str:
        found = self._items.get(_item_key(text), set())
        return next(iter(found)) if len(found) == 1 else ""


def _readings(text: str) -> Iterator[str]:
    """Yield what a text can be: all of it; what stands in brackets, as in `Doe, Ann (ann)`; what stands before them."""
    words = one_line(text, MOST_READ).strip().strip("\"'").lstrip("#").strip()
    if words:
        yield words
    if inside := _IN_BRACKETS.search(words):
        yield inside[1].strip()
        yield words[: inside.start()].strip()


def _item_key(text: str) -> str:
    return same_letters(_POINTS.sub("", text))
