"""Whose a name of a test is, by what the instructor's notebook says, and which of its statements make its value.

What the notebook imports is imported here. Functions of given cells are run here, too, and data of given cells that
neither depends on solution cells nor is changed by functions may be. All else is the student's.
"""

import builtins
import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# `np.random.seed(0)`, `tf.random.set_seed(0)`, `keras.utils.set_random_seed(0)`
SEED = re.compile(r"[\w.]*\b(?:seed|set_seed|set_random_seed|manual_seed)\(")


class Owner(enum.Enum):
    """Where the value of a name comes from."""

    BUILTIN = enum.auto()
    IMPORT = enum.auto()  # of a given cell
    SOLUTION_IMPORT = enum.auto()  # only where the student has the name, too
    GIVEN = enum.auto()  # a function, or whatever a `try: import ...` gives
    DATA = enum.auto()  # of given cells, where it equals the student's in the instructor's own notebook
    STUDENT = enum.auto()


@dataclass(frozen=True)
class Statement:
    """A statement of a given cell that binds names or changes their values."""

    kind: str
    binds: frozenset[str]
    changes: frozenset[str]
    needs: frozenset[str]
    source: str
    place: int

    @property
    def seeds(self) -> bool:
        """Whether it seeds something, and does nothing else."""
        return not self.binds and SEED.match(self.source) is not None

    @property
    def touches(self) -> frozenset[str]:
        """The names that it binds or whose values it changes."""
        return self.binds | self.changes


@dataclass(frozen=True)
class Import:
    """An import of one name; "*" for all that a module gives."""

    name: str
    source: str
    place: int
    in_solution: bool


class GivenCode:
    """What stands before one place of the instructor's notebook.

    Attributes:
        place: Only what stands before it counts.
        state: Names that functions of the notebook bind or change when they are called: the student's process has them.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.place = 0
        self.state = frozenset(names.get("state", ()))
        self._imports = [Import(*entry) for entry in names.get("imports", ())]
        self._importing: dict[str, list[Import]] = {}
        for imported in self._imports:
            self._importing.setdefault(imported.name, []).append(imported)
        self._statements = [
            Statement(kind, frozenset(binds), frozenset(changes), frozenset(needs), source, place)
            for kind, binds, changes, needs, source, place in names.get("given", ())
        ]
        self._touching: dict[str, list[Statement]] = {}
        for each in self._statements:
            for name in each.touches:
                self._touching.setdefault(name, []).append(each)
        self._student: dict[str, list[int]] = {}
        for name, place in names.get("student", ()):
            self._student.setdefault(name, []).append(place)
        self._changed: dict[str, list[int]] = {}  # by solution cells
        for name, place in names.get("changed", ()):
            self._changed.setdefault(name, []).append(place)
        self._used: dict[str, int] = names.get("used", {})
        self.tests: dict[str, int] = names.get("tests", {})

    def owner(self, name: str) -> Owner:
        """Return whose a name is that no test has bound; star imports are looked at elsewhere."""
        student = self._last(self._student.get(name, ()))
        imported = self._last(each.place for each in self._importing.get(name, ()) if not each.in_solution)
        statement = next((each for each in reversed(self._touches(name)) if name in each.binds), None)
        last = max(student, imported, statement.place if statement else 0)
        if not last:
            if self.imports(name):
                return Owner.SOLUTION_IMPORT
            return Owner.BUILTIN if hasattr(builtins, name) else Owner.STUDENT
        if last == imported:
            return Owner.IMPORT
        if statement is None or last == student:
            return Owner.STUDENT
        if statement.kind in ("function", "import"):
            return Owner.GIVEN
        is_students = statement.kind == "class" or self._is_of_student(name, set())
        return Owner.STUDENT if is_students else Owner.DATA

    def imports(self, name: str) -> list[Import]:
        """Return the imports that bind a name; one that binds a package may add a part of it."""
        return [each for each in self._importing.get(name, ()) if each.place < self.place]

    def stars(self, name: str) -> list[Import]:
        """Return the star imports that may bind a name, the last one first: not those before its last own binding."""
        own = [self._last(self._student.get(name, ())), self._last(each.place for each in self.imports(name))]
        own += [each.place for each in self._touches(name) if name in each.binds]
        return [each for each in reversed(self.imports("*")) if each.place > max(own)]

    def statements_for(self, name: str) -> list[Statement]:
        """Return the statements that make the value of a name, in their order.

        For data they are also those of what it needs. A function needs names only when it is called, and each of them
        is looked up then: no statement that calls the student's code runs for it here.
        """
        wanted, picked, with_needs = {name}, list[Statement](), self.owner(name) is Owner.DATA
        for each in reversed(self._before()):
            if each.kind != "class" and each.touches & wanted:
                picked.append(each)
                wanted |= each.needs if with_needs else set()
        return picked[::-1]

    def seeds_after(self, place: int) -> list[Statement]:
        """Return the statements after a place that seed something."""
        return [each for each in self._before() if each.place > place and each.seeds]

    def functions(self) -> list[str]:
        """Return the statements that define functions."""
        return [each.source for each in self._before() if each.kind == "function"]

    def import_statements(self) -> dict[str, str]:
        """Return the last import of each name."""
        return {each.name: each.source for each in self._imports if each.place < self.place}

    def names(self) -> set[str]:
        """Return all names that imports and given cells bind so far."""
        return {each.name for each in self._imports if each.place < self.place and each.name != "*"} | {
            name for each in self._before() for name in each.binds
        }

    def solution_names(self) -> set[str]:
        """Return all names that solution cells bind so far."""
        return {name for name, places in self._student.items() if self._last(places)}

    def is_rebound_after(self, name: str, place: int) -> bool:
        """Return whether a cell between a place and here binds a name."""
        places = [each.place for each in self._importing.get(name, ())]
        places += self._student.get(name, ())
        places += [each.place for each in self._touching.get(name, ()) if name in each.binds]
        return any(place < each < self.place for each in places)

    def is_changed_after(self, name: str, place: int) -> bool:
        """Return whether a cell between a place and here may change the value of a name in place."""
        places = [*self._changed.get(name, ()), *(each.place for each in self._touching.get(name, ()))]
        return any(place < each < self.place for each in places)

    def is_used(self, name: str) -> bool:
        """Return whether code of the notebook uses a name that may run from here on."""
        return self._used.get(name, 0) > self.place

    def _touches(self, name: str) -> list[Statement]:
        return [each for each in self._touching.get(name, ()) if each.place < self.place]

    def _before(self) -> list[Statement]:
        return [each for each in self._statements if each.place < self.place]

    def _last(self, places: Iterable[int]) -> int:
        return max((place for place in places if place < self.place), default=0)

    def _is_of_student(self, name: str, seen: set[str]) -> bool:
        """Return whether a value depends on what solution cells bind, on state, on classes, or on the unknown."""
        seen.add(name)
        if self._last(self._student.get(name, ())):
            return True
        statements = self._touches(name)
        if name in self.state or (statements and self._last(self._changed.get(name, ()))):
            return True
        if not any(name in each.binds for each in statements):
            return not (self.imports(name) or self.stars(name) or hasattr(builtins, name) or name == "get_ipython")
        if any(each.kind == "class" for each in statements):
            return True
        needed = {need for each in statements for need in each.needs} - seen
        return any(self._is_of_student(need, seen) for need in needed if need not in seen)
