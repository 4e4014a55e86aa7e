"""Data on its way between the process of the tests and that of the student: each value arrives as what it was.

A value is data by its exact type: an instance of a student's own subclass is no data, since it could say anything of
itself. What is no data goes to a hook, `encode_object` here and `decode_object` there; a container keeps its type and
holds whatever the hook gives in that place.
A frame looks as in `wire`. What arrives is hostile: nothing is run, imported or looked up by name because a message
says so, and it is made in bounded time (`value_limits`).
"""

import math
from collections.abc import Collection
from typing import Any

import array_values
import container_values
import library_values
import numpy as np
import packed_values
import stdlib_values
import wire
from kept_values import Kept, KeptValues
from value_kinds import Kind, NoDataError
from value_limits import MAX_DEPTH, Counted
from value_parts import mutables, refuse_growth
from written_back import write_back

PLAIN = frozenset({type(None), bool})
PLAIN_FORMS = frozenset({type(None), bool, int, float})  # of a received tree; text is counted
LONG_TEXT = 1000  # characters or bytes; what is longer goes to the body
NANS = (math.nan, np.nan)  # `x is np.nan`, and lists compare their entries by identity first
FORM = {"t", "v"}


class Message:
    """What a frame holds: the message, and the news of values that it does not mention."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields


class ValueCodec(wire.Codec):
    """Turns values into frames and back; one on each side, for all messages.

    A value that can change is kept (`kept_values`): it arrives as the same object each time, in messages in both
    directions, and its changes in place arrive with the next message that holds it, or, as far as they are found in no
    time, with any message.

    Args:
        libraries: Names of libraries whose values are data, among "pandas" and "tensorflow", besides those of which
            they are already (`library_values`).
    """

    counted = Counted

    def __init__(self, libraries: Collection[str] = ()) -> None:
        kinds = [*container_values.KINDS, *stdlib_values.KINDS, *array_values.KINDS]
        library_values.load(libraries)
        kinds += library_values.kinds()
        self._by_type = {kind.type: kind for kind in kinds} | {Message: MESSAGE}
        self._by_tag = {kind.tag: kind for kind in [*kinds, *SPECIAL_KINDS]}
        self._changing = frozenset(kind.type for kind in kinds if kind.is_mutable)
        self._depth = self._data_only = 0
        self.kept = KeptValues()
        self._stamp = 0
        self._is_fresh = False
        self._touched: list[Any] = []
        self._to_check: list[Any] = []

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

    def forget(self) -> None:
        """Let the next message begin with nothing kept, on both sides. Nobody may wait for an answer then."""
        self._is_fresh = True

    @property
    def touched(self) -> list[Any]:
        """The values that can change and that the last received message held; not those inside of kept ones."""
        return self._touched

    def check(self, values: list[Any]) -> None:
        """Let the next message tell what has changed in these values, and in what they hold."""
        self._to_check = values

    def pack(self, message: dict[str, Any]) -> bytes:
        """Return the frame of a message. Raises WireError when it is too much, TypeError when it cannot travel."""
        self._depth = self._data_only = 0
        self._stamp += 1
        if self._is_fresh:
            self.kept.forget()
        self._looked: list[tuple[Kept, tuple[Any, ...]]] = []
        before, values, self._to_check = len(self.kept.mine), self._to_check, []
        try:
            frame = super().pack(Message({"fields": message, "values": values}))
        except BaseException:
            self._forget_from(before, 0)
            raise
        self._is_fresh = False
        return frame

    def unpack(self, head: bytes | bytearray, body: bytes | bytearray) -> dict[str, Any]:
        """Return the message of a frame. Raises WireError for anything that `pack` does not make."""
        self._depth = self._data_only = 0
        self._stamp += 1
        self._touched = []
        self._has_references = False
        message = super().unpack(head, body)
        if self._has_references:
            refuse_growth([message, self._touched])
        return message

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
        entry = self.kept.find(value)
        return self._new(known, value) if entry is None else self._again(known, entry)

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

    def _new(self, kind: Kind, value: Any) -> Any:
        """Return the form of a value that the other side gets for the first time."""
        if id(value) in self._open:
            raise TypeError(f"a {kind.type.__name__} that holds itself cannot travel")
        self._open.add(id(value))
        try:
            form = self._tagged(kind, value)
        finally:
            self._open.remove(id(value))
        if form["t"] == kind.tag:  # not an object
            self.kept.add(value, is_mine=True).stamp = self._stamp
        return form

    def _again(self, kind: Kind, entry: Kept) -> Any:
        """Return the number of a value that the other side has; with its content, or what of it changed."""
        self._counted.part()
        tag = "mine" if entry.is_mine else "yours"
        if entry.is_open:
            raise TypeError(f"a {kind.type.__name__} that holds itself cannot travel")
        if entry.stamp == self._stamp:
            return {"t": tag, "v": entry.number}
        entry.stamp, entry.is_open = self._stamp, True
        try:
            if not entry.has_changed:
                inside = [self.encode(value) for value in mutables(entry.value, self._changing)]
                news = [form for form in inside if type(form["v"]) is not int]
                return {"t": tag, "v": [entry.number, None, news] if news else entry.number}
            form = self._tagged(kind, entry.value)
        finally:
            entry.is_open = False
        if form["t"] != kind.tag:
            return form
        self._looked.append((entry, entry.seen))
        entry.look()
        return {"t": tag, "v": [entry.number, form, []]}

    def encode_message(self, message: Message) -> Any:
        """Return the form of a whole message."""
        self._open: set[int] = set()
        form = self.encode(message.fields["fields"])
        news = []
        for value in message.fields["values"]:
            news += [self.encode(entry) for entry in (value, *mutables(value, self._changing))]
        for entry in self.kept.recent():
            if entry.stamp != self._stamp and not entry.is_stuck and entry.has_changed:
                entry.is_stuck = True  # until it has travelled
                news.append(self.encode(entry.value))
                entry.is_stuck = False
        return [self._is_fresh, form, [entry for entry in news if type(entry["v"]) is not int]]

    def _tagged(self, kind: Kind, value: Any) -> Any:
        if self._depth >= MAX_DEPTH:
            raise wire.WireError(f"a value that is nested more than {MAX_DEPTH} levels deep")
        before = len(self._body), self._body_bytes, len(self.kept.mine), len(self._looked)
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

    def _forget(self, parts: int, size: int, mutables: int, looked: int) -> None:
        """Take back what of an object was encoded before it was seen to be one."""
        del self._body[parts:]
        self._body_bytes = size
        self._forget_from(mutables, looked)

    def _forget_from(self, mutables: int, looked: int) -> None:
        self.kept.cut(mutables)
        for entry, seen in reversed(self._looked[looked:]):
            entry.seen, entry.stamp = seen, 0
        del self._looked[looked:]

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

    def _untagged(self, tag: str, payload: Any, is_content: bool = False) -> Any:
        kind = self._by_tag.get(tag)
        if kind is None:
            self._counted.part()
            if self._data_only:
                raise wire.WireError("an object where only data may be")
            return self.decode_object(tag, payload)
        self._counted.part()
        self._data_only += kind.is_whole
        try:
            value = kind.decode(self, payload)
            if kind.is_mutable and not is_content:
                self._touched.append(self.kept.add(value, is_mine=False).value)
        except wire.WireError:
            raise
        except Exception as error:
            raise wire.WireError(f"a {tag[:20]} of no known form") from error
        finally:
            self._data_only -= kind.is_whole
        return value

    def decode_message(self, payload: Any) -> Any:
        """Return the fields of a message, after the news that came with it."""
        is_fresh, form, news = payload
        if self._depth != 1:
            raise wire.WireError("a message in a message")
        if is_fresh:
            self.kept.forget()
        fields = self.decode(form)
        for entry in news:
            self.decode(entry)
        return fields

    def decode_mine(self, payload: Any) -> Any:
        """Return a value that the other side sent first."""
        return self._decode_kept(self.kept.theirs, payload)

    def decode_yours(self, payload: Any) -> Any:
        """Return a value that was sent from here first."""
        return self._decode_kept(self.kept.mine, payload)

    def _decode_kept(self, entries: list[Kept], payload: Any) -> Any:
        self._has_references = True
        number, form, news = (payload, None, []) if type(payload) is int else payload
        if type(number) is not int or not 0 <= number < len(entries):
            raise wire.WireError("a value of no known form")
        entry = entries[number]
        if form is not None:
            if form.keys() != FORM:
                raise wire.WireError("a value of no known form")
            write_back(entry.value, self._untagged(form["t"], form["v"], is_content=True))
            entry.look()
        for part in news:
            self.decode(part)
        self._touched.append(entry.value)
        return entry.value


def has_surrogates(text: str) -> bool:
    """Return whether the text has halves of characters, which UTF-8 has no form for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _never(codec: Any, value: Any) -> Any:
    raise NoDataError


MESSAGE = Kind("message", Message, ValueCodec.encode_message, ValueCodec.decode_message)
# Tags that no type stands for.
SPECIAL_KINDS = (
    MESSAGE,
    Kind("mine", type(None), _never, ValueCodec.decode_mine),
    Kind("yours", type(None), _never, ValueCodec.decode_yours),
    Kind("nan", type(None), _never, lambda codec, number: NANS[number]),
    Kind("text", type(None), _never, lambda codec, count: str(codec.take_bytes(count), "utf-8", "surrogatepass")),
)
