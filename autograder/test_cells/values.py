"""Data on its way between the process of the tests and that of the student: each value arrives as what it was.

A value is data by its exact type: an instance of a student's own subclass is no data, since it could say anything of
itself. What is no data goes to a hook, `encode_object` here and `decode_object` there; a container keeps its type and
holds whatever the hook gives in that place.
A frame looks as in `wire`. What arrives is hostile: nothing is run, imported or looked up by name because a message
says so, and it is made in bounded time (`value_limits`).
"""

import math
from collections.abc import Collection, Sequence
from typing import Any

import array_values
import container_values
import library_values
import numpy as np
import packed_values
import stdlib_values
import wire
from value_kinds import Kind, NoDataError
from value_limits import MAX_DEPTH, Counted

PLAIN = frozenset({type(None), bool})
PLAIN_FORMS = frozenset({type(None), bool, int, float})  # of a received tree; text is counted
LONG_TEXT = 1000  # characters or bytes; what is longer goes to the body
NANS = (math.nan, np.nan)  # `x is np.nan`, and lists compare their entries by identity first
FORM = {"t", "v"}


class ValueCodec(wire.Codec):
    """Turns values into frames and back, on both sides.

    Args:
        libraries: Names of libraries whose values are data, among "pandas" and "tensorflow"; they are imported here.

    After `pack`, `sent` has the mutable values of the message in a fixed order; after `unpack`, `received` has those
    that were made, in the same order. With `know` a later message can name them instead of holding them.
    """

    counted = Counted

    def __init__(self, libraries: Collection[str] = ()) -> None:
        kinds = [*container_values.KINDS, *stdlib_values.KINDS, *array_values.KINDS]
        kinds += library_values.kinds(libraries)
        self._by_type = {kind.type: kind for kind in kinds}
        self._by_tag = {kind.tag: kind for kind in kinds} | {kind.tag: kind for kind in SPECIAL_KINDS}
        self._depth = self._data_only = 0
        self.sent: list[Any] = []
        self.received: list[Any] = []
        self.know(())

    @property
    def counts(self) -> Counted:
        """What the message holds so far."""
        return self._counted

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of a value that is no data. Raises TypeError when it has none."""
        raise TypeError(f"an object of the class {type(value).__name__} cannot travel")

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not that of data. Raises WireError for an unknown one."""
        raise wire.WireError(f"an object of the unknown kind {tag[:20]!r}")

    def know(self, values: Sequence[Any]) -> None:
        """Let further messages name these values, which the other side has in the same order."""
        self._known = values
        self._known_numbers = {id(value): number for number, value in enumerate(values)}

    def pack(self, message: dict[str, Any]) -> bytes:
        """Return the frame of a message. Raises WireError when it is too much, TypeError when it cannot travel."""
        self._depth = self._data_only = 0
        self.sent = []
        self._numbers: dict[int, int] = {}
        return super().pack(message)

    def unpack(self, head: bytes | bytearray, body: bytes | bytearray) -> dict[str, Any]:
        """Return the message of a frame. Raises WireError for anything that `pack` does not make."""
        self._depth = self._data_only = 0
        self.received = []
        self._weights: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        return super().unpack(head, body)

    # --- there ---

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return a msgpack-able form of the value."""
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is float:
            return value if value == value else self._nan(value)
        if kind is int and -(2**63) <= value < 2**63:
            return value
        if kind is str:
            return self._text(value)
        known = self._by_type.get(kind) or library_values.kind_of(value)
        if known is None:
            return self._object(value)
        if not known.is_mutable:
            return self._tagged(known, value)
        number = self._known_numbers.get(id(value))
        if number is not None:
            return {"t": "yours", "v": number}
        number = self._numbers.get(id(value))
        if number is None:
            return self._numbered(known, value)
        if number < 0:
            raise TypeError(f"a {kind.__name__} that holds itself cannot travel")
        self._counted.part()
        return {"t": "same", "v": number}

    def encode_entries(self, values: list[Any] | tuple[Any, ...]) -> Any:
        """Return the form of many values, short where all are numbers or words of one kind."""
        packed = packed_values.encode(self, values)
        if packed is not None:
            return packed
        self._counted.part(len(values))
        # Most entries are numbers: not to call a function for each takes a third of the time.
        return [
            entry if (type(entry) is float and entry == entry) or type(entry) in PLAIN else self.encode(entry)
            for entry in values
        ]

    def put_bytes(self, data: Any) -> int:
        """Add the bytes of something contiguous to the body; return how many they are."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        self.refuse_more_bytes(view.nbytes)
        self._body.append(view)
        self._body_bytes += view.nbytes
        return view.nbytes

    def refuse_more_bytes(self, count: int) -> None:
        """Count bytes that the body will get, before anything of that size is made. Raises WireError."""
        self._counted.body(count)

    def _nan(self, value: float) -> Any:
        for number, nan in enumerate(NANS):
            if value is nan:
                return {"t": "nan", "v": number}
        return value

    def _text(self, text: str) -> Any:
        if len(text) <= LONG_TEXT and (text.isascii() or not has_surrogates(text)):
            self._counted.text(len(text))
            return text
        return {"t": "text", "v": self.put_bytes(text.encode("utf-8", "surrogatepass"))}

    def _numbered(self, kind: Kind, value: Any) -> Any:
        self._numbers[id(value)] = -1  # until it is complete
        try:
            form = self._tagged(kind, value)
        except BaseException:
            del self._numbers[id(value)]
            raise
        if form["t"] != kind.tag:  # it went as an object
            del self._numbers[id(value)]
            return form
        self._numbers[id(value)] = len(self.sent)
        self.sent.append(value)  # and so nothing else gets its id while the message is made
        return form

    def _tagged(self, kind: Kind, value: Any) -> Any:
        if self._depth >= MAX_DEPTH:
            raise wire.WireError(f"a value that is nested more than {MAX_DEPTH} levels deep")
        before = len(self._body), self._body_bytes, len(self.sent)
        self._counted.part()
        self._depth += 1
        self._data_only += kind.is_whole
        try:
            return {"t": kind.tag, "v": kind.encode(self, value)}
        except NoDataError:
            self._forget(*before)
        finally:
            self._depth -= 1
            self._data_only -= kind.is_whole
        return self._object(value)

    def _forget(self, parts: int, size: int, mutables: int) -> None:
        """Take back what of an object was encoded before it was seen to be one."""
        del self._body[parts:]
        self._body_bytes = size
        for value in self.sent[mutables:]:
            del self._numbers[id(value)]
        del self.sent[mutables:]

    def _object(self, value: Any) -> Any:
        if self._data_only:
            raise NoDataError
        self._counted.part()
        return self.encode_object(value)

    # --- and back ---

    def decode(self, form: Any, depth: int = 0) -> Any:
        """Return the value of a received form. Raises WireError for anything that `encode` does not make."""
        kind = type(form)
        if kind in PLAIN_FORMS:
            return form
        if kind is str or kind is bytes:
            self._counted.text(len(form))
            return form
        if kind is not dict or form.keys() != FORM or type(form["t"]) is not str:
            raise wire.WireError("a value of no known form")
        if self._depth >= MAX_DEPTH:
            raise wire.WireError(f"a value that is nested more than {MAX_DEPTH} levels deep")
        self._depth += 1
        try:
            return self._untagged(form["t"], form["v"])
        finally:
            self._depth -= 1

    def decode_entries(self, form: Any) -> list[Any]:
        """Return the values of what `encode_entries` made."""
        if type(form) is dict:
            return packed_values.decode(self, form)
        if type(form) is not list:
            raise wire.WireError("a value of no known form")
        self._counted.part(len(form))
        return [entry if type(entry) in PLAIN_FORMS else self.decode(entry) for entry in form]

    def take_bytes(self, count: Any) -> memoryview:
        """Return the next bytes of the body. Raises WireError when it has not so many."""
        if type(count) is not int or not 0 <= count <= len(self._received) - self._taken:
            raise wire.WireError("a value that is longer than its message")
        self._counted.body(count)
        start = self._taken
        self._taken += count
        return memoryview(self._received)[start : self._taken]

    def _untagged(self, tag: str, payload: Any) -> Any:
        kind = self._by_tag.get(tag)
        if kind is None:
            self._counted.part()
            if self._data_only:
                raise wire.WireError("an object where only data may be")
            return self.decode_object(tag, payload)
        before = self._counted.so_far() if kind.is_mutable else ()
        self._counted.part()
        self._data_only += kind.is_whole
        try:
            value = kind.decode(self, payload)
        except wire.WireError:
            raise
        except Exception as error:
            raise wire.WireError(f"a {tag[:20]} of no known form") from error
        finally:
            self._data_only -= kind.is_whole
        if kind.is_mutable:
            self.received.append(value)
            self._weights.append((before, self._counted.so_far()))
        return value

    def decode_same(self, number: Any) -> Any:
        """Return a value that the message held before."""
        if type(number) is not int or not 0 <= number < len(self.received):
            raise wire.WireError("a value of no known form")
        before, after = self._weights[number]
        self._counted.again([more - less for less, more in zip(before, after, strict=True)])
        return self.received[number]

    def decode_yours(self, number: Any) -> Any:
        """Return one of the known values."""
        if type(number) is not int or not 0 <= number < len(self._known):
            raise wire.WireError("a value of no known form")
        return self._known[number]


def has_surrogates(text: str) -> bool:
    """Return whether the text has halves of characters, which UTF-8 has no form for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _never(codec: Any, value: Any) -> Any:
    raise NoDataError


# Tags that no type stands for.
SPECIAL_KINDS = (
    Kind("same", type(None), _never, ValueCodec.decode_same),
    Kind("yours", type(None), _never, ValueCodec.decode_yours),
    Kind("nan", type(None), _never, lambda codec, number: NANS[number]),
    Kind("text", type(None), _never, lambda codec, count: str(codec.take_bytes(count), "utf-8", "surrogatepass")),
)
