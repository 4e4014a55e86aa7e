"""Values that can change and that both sides have: each is one object here and one there, and follows its changes.

Who sends such a value for the first time gives it the next number of its own, without saying it: both sides count. From
then on it travels as its number, with its content when that has changed since it was last sent or received.
"""

import array
import operator
import types
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import wire
from value_parts import MAPPINGS, POINTER, SEQUENCES

# Until both sides forget all of them, between two requests; more than 20,000 lists of one test are an odd loop.
MANY, MANY_BYTES = 20_000, 2**27
MOST, MOST_BYTES = 200_000, 2**29  # even within one request
# Values that are compared for each message besides those that it holds, and what they hold: 0.05 ms at most.
RECENT, LOOK_AT = 12, 200


class Kept:
    """One value, its number, and what it looked like when both sides had the same."""

    __slots__ = ("is_mine", "is_open", "is_stuck", "number", "seen", "size", "source", "stamp", "value")

    def __init__(self, value: Any, number: int, is_mine: bool) -> None:
        self.value, self.number, self.is_mine = value, number, is_mine
        self.stamp = 0  # of the last message that it was in
        self.is_open = self.is_stuck = False
        self.source = ""  # what gave it, where the test process notes that
        self.look()

    def look(self) -> None:
        """Take the value as both sides have it now."""
        self.seen = look(self.value)
        self.size = size_of(self.value)

    @property
    def has_changed(self) -> bool:
        """Whether the value has changed since."""
        return not is_same(look_without_copy(self.value), self.seen)


class KeptValues:
    """All of them, on one side."""

    def __init__(self) -> None:
        self.mine: list[Kept] = []
        self.theirs: list[Kept] = []
        self._by_id: dict[int, Kept] = {}
        self._bytes = 0

    def find(self, value: Any) -> Kept | None:
        """Return the entry of a value."""
        return self._by_id.get(id(value))

    def add(self, value: Any, is_mine: bool) -> Kept:
        """Keep one more. Raises WireError when there are too many."""
        entries = self.mine if is_mine else self.theirs
        entry = Kept(value, len(entries), is_mine)
        entries.append(entry)
        self._by_id[id(value)] = entry
        self._bytes += entry.size
        if len(self._by_id) > MOST or self._bytes > MOST_BYTES:
            raise wire.WireError("more lists and arrays than can be kept for one test")
        return entry

    def cut(self, count: int) -> None:
        """Forget those of mine that came after the first ones: their message was not sent."""
        for entry in self.mine[count:]:
            del self._by_id[id(entry.value)]
            self._bytes -= entry.size
        del self.mine[count:]

    def forget(self) -> None:
        """Forget all."""
        self.__init__()  # type: ignore[misc]

    @property
    def are_many(self) -> bool:
        """Whether it is time to forget them."""
        return len(self._by_id) > MANY or self._bytes > MANY_BYTES

    def recent(self) -> list[Kept]:
        """Return the last ones, as many as are compared in no time."""
        found, budget = [], 2 * LOOK_AT
        for entries in (self.theirs, self.mine):
            for entry in reversed(entries[-RECENT:]):
                cost = 1 + entry.size // POINTER
                if cost <= min(budget, LOOK_AT):  # a large array must not hide what is beside it
                    budget -= cost
                    found.append(entry)
        return found


# --- what a value looks like, not counting what becomes of the things in it ---

Look = Callable[[Any], tuple[Any, ...]]
OTHER_LOOKS: dict[type, Look] = {}  # of the types of libraries
OTHER_SIZES: dict[type, Callable[[Any], int]] = {}


def look_without_copy(value: Any) -> tuple[Any, ...]:
    """Return what a value looks like; arrays in it are its own."""
    kind = type(value)
    if kind in SEQUENCES:
        return (list(value),)
    if kind in MAPPINGS:
        factory = value.default_factory if kind is defaultdict else None
        return (list(value.keys()), list(value.values()), [factory])
    if kind is types.SimpleNamespace:
        return (list(vars(value)), list(vars(value).values()))
    if kind is bytearray or kind is array.array:
        return (bytes(value),)
    if kind in OTHER_LOOKS:
        return OTHER_LOOKS[kind](value)
    if issubclass(kind, np.ma.MaskedArray):
        return (*_array_look(value.data), *_array_look(np.ma.getmaskarray(value)), repr(value.fill_value))
    return _array_look(value)


def look(value: Any) -> tuple[Any, ...]:
    """Return what a value looks like now, whatever becomes of it."""
    return tuple(part.copy() if type(part) is np.ndarray else part for part in look_without_copy(value))


def is_same(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    """Return whether two looks are of one state: the same things in the same places."""
    return len(first) == len(second) and all(map(_is_same_part, first, second))


def size_of(value: Any) -> int:
    """Return about how many bytes are kept of a value."""
    kind = type(value)
    if kind in OTHER_SIZES:
        return OTHER_SIZES[kind](value)
    if issubclass(kind, np.ndarray):
        return 2 * int(value.nbytes)
    return POINTER * (len(vars(value)) if kind is types.SimpleNamespace else len(value))


def _array_look(value: Any) -> tuple[Any, ...]:
    plain = value.view(np.ndarray)
    kind = (plain.dtype.str, str(plain.dtype) if plain.dtype.names else "", plain.shape, plain.flags.writeable)
    if plain.dtype.kind == "O":
        return (kind, list(plain.reshape(-1)))
    return (kind, plain)


def _is_same_part(first: Any, second: Any) -> bool:
    if type(first) is not type(second):
        return False
    if type(first) is list:
        # `==` would ask the entries.
        return len(first) == len(second) and all(map(operator.is_, first, second))
    if type(first) is np.ndarray:
        return _has_same_bytes(first, second)
    return bool(first == second)


def _has_same_bytes(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> bool:
    """Return whether two arrays of one type and shape hold the same bytes: a nan, too, is the same."""
    if not first.nbytes:
        return True
    unit = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}.get(first.dtype.itemsize)
    if unit is not None and first.dtype.names is None and first.dtype.subdtype is None:
        return bool(np.array_equal(first.view(unit), second.view(unit)))
    return first.tobytes() == second.tobytes()
