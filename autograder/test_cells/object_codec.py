"""How both sides write what is no data: each object stays where it is, and travels as a number.

The first time a description comes with the number, of which the other side makes what stands for the object there.
"""

import functools
import types
from typing import Any

import values
import wire

MINE, YOURS, UNFINISHED = "my object", "your object", "unfinished"


class ObjectCodec(values.ValueCodec):
    """Gives own objects numbers, and knows what stands here for the numbers of the other side."""

    def __init__(self, libraries: Any = ()) -> None:
        super().__init__(libraries)
        self._by_tag[values.MESSAGE.tag] = MESSAGE
        self.own: dict[int, Any] = {}  # alive as long as they have a number, so that nothing else gets their id
        self._own_numbers: dict[int, int] = {}
        self.theirs: dict[int, Any] = {}
        self._their_numbers: dict[int, int] = {}
        self._just_numbered: list[int] = []
        self._described: set[int] = set()  # of which the description is being made
        self._count = 0

    def pack(self, message: dict[str, Any]) -> bytes:
        """Return the frame of a message; of one that cannot travel nothing is kept."""
        self._just_numbered, self._described = [], set()
        try:
            return super().pack(flat(message))  # type: ignore[arg-type]
        except BaseException:
            for number in self._just_numbered:
                del self._own_numbers[id(self.own.pop(number))]
            raise

    # --- own objects ---

    def describe(self, value: Any) -> list[Any]:
        """Return the encoded description of an own object."""
        raise NotImplementedError

    def number_of_theirs(self, value: Any) -> int | None:
        """Return the number of what stands here for an object of the other side; None for anything else."""
        number = self._their_numbers.get(id(value))
        return number if number is not None and self.theirs.get(number) is value else None

    def encode_object(self, value: Any) -> Any:
        """Return the form of an object: of theirs the number, of compounds the parts."""
        number = self.number_of_theirs(value)
        if number is not None:
            return {"t": YOURS, "v": number}
        kind = type(value)
        if kind is types.MethodType and type(value.__func__) is types.FunctionType:
            return {"t": "method", "v": [self.encode(value.__func__), self.encode(value.__self__)]}
        if kind is property:
            parts = [value.fget, value.fset, value.fdel, value.__doc__ if type(value.__doc__) is str else None]
            return {"t": "property", "v": [self.encode(part) for part in parts]}
        if kind is staticmethod or kind is classmethod:
            return {"t": kind.__name__, "v": self.encode(value.__func__)}
        if kind is functools.partial:
            held = (value.func, value.args, flat(value.keywords))
            return {"t": "partial", "v": [self.encode(part) for part in held]}
        if value is NotImplemented:
            return {"t": "not implemented", "v": None}
        return self.own_form(value)

    def own_form(self, value: Any) -> Any:
        """Return the number of an own object, the first time with its description."""
        number = self._own_numbers.get(id(value))
        if number is not None:
            return {"t": UNFINISHED if number in self._described else MINE, "v": [number]}
        number = self.number(value)
        self._just_numbered.append(number)
        self._described.add(number)
        try:
            description = self.describe(value)
        except BaseException:
            self._just_numbered.remove(number)
            del self._own_numbers[id(self.own.pop(number))]
            raise
        finally:
            self._described.remove(number)
        return {"t": MINE, "v": [number, description]}

    def number(self, value: Any) -> int:
        """Give an own object a number."""
        self._count += 1
        self._own_numbers[id(value)] = self._count
        self.own[self._count] = value
        return self._count

    # --- theirs ---

    def make(self, number: int, description: list[Any]) -> Any:
        """Return what stands here for a new object of the other side. Raises WireError for what describes none."""
        raise NotImplementedError

    def keep_theirs(self, number: int, value: Any) -> Any:
        """Let a value stand for an object of the other side."""
        self.theirs[number] = value
        self._their_numbers[id(value)] = number
        return value

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the object of a form. Raises WireError for one that `encode_object` does not make."""
        if tag == YOURS and type(payload) is int and payload in self.own:
            return self.own[payload]
        if tag == MINE and type(payload) is list and payload and type(payload[0]) is int:
            return self._decode_theirs(*payload)
        if tag == "method":
            function, owner = self._parts(payload, 2)
            if callable(function) and owner is not None:
                return types.MethodType(function, owner)
        if tag == "property":
            return property(*self._parts(payload, 4))
        if tag == "staticmethod" or tag == "classmethod":
            return (staticmethod if tag == "staticmethod" else classmethod)(self.decode(payload))
        if tag == "partial":
            function, args, named = self._parts(payload, 3)
            if callable(function) and type(args) is tuple:
                return functools.partial(function, *args, **named_values(named))
        if tag == "not implemented":
            return NotImplemented
        raise wire.WireError(f"an object of the unknown kind {tag[:20]!r}")

    def find_theirs(self, number: int) -> Any:
        """Return what stands here for an object of the other side; None where it was never described."""
        return self.theirs.get(number)

    def forget_own(self, numbers: Any) -> None:
        """Let go of own objects of which the other side has nothing any more."""
        if numbers != ():
            raise wire.WireError("objects are forgotten in one direction only")

    def gone(self) -> tuple[int, ...]:
        """Return the numbers of objects of the other side of which nothing is here any more."""
        return ()

    def told_gone(self, numbers: tuple[int, ...]) -> None:
        """Take it that the other side knows these to be gone."""

    def _decode_theirs(self, number: int, description: Any = None, *more: Any) -> Any:
        found = self.find_theirs(number)
        if description is None and found is not None and not more:
            return found
        if type(description) is not list or found is not None or more:
            raise wire.WireError("an object of no known form")
        return self.make(number, description)

    def decode_message(self, payload: Any) -> Any:
        """Return the fields of a message."""
        return named_values(super().decode_message(payload))

    def _parts(self, payload: Any, count: int) -> list[Any]:
        if type(payload) is not list or len(payload) != count:
            raise wire.WireError("an object of no known form")
        return [self.decode(part) for part in payload]


MESSAGE = values.Kind("message", values.Message, ObjectCodec.encode_message, ObjectCodec.decode_message)


def flat(named: dict[str, Any]) -> tuple[Any, ...]:
    """Return names and values in turn: a dictionary would be kept as a value that can change."""
    return tuple(part for pair in named.items() for part in pair)


def named_values(parts: Any) -> dict[str, Any]:
    """Return the values by name of what `flat` made. Raises WireError for anything else."""
    names = parts[::2] if type(parts) is tuple and len(parts) % 2 == 0 else (None,)
    named = dict(zip(names, parts[1::2], strict=True)) if all(type(name) is str for name in names) else {}
    if len(named) != len(names):
        raise wire.WireError("values without their names")
    return named


def name_text(value: Any, most: int = 200) -> str:
    """Return a text that is a name. Raises WireError for anything else, and where it is too long."""
    if type(value) is not str or len(value) > most or "\0" in value:
        raise wire.WireError("a name of no known form")
    return value
