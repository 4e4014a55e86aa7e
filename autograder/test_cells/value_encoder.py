"""Values on their way out: each becomes a form that msgpack has, and bytes of the body."""

from typing import Any

import library_values
import packed_values
import value_state
import wire
from kept_values import Kept
from value_kinds import Kind, NoDataError
from value_limits import MAX_DEPTH
from value_parts import mutables

PLAIN = frozenset({type(None), bool})
LONG_TEXT = 1000  # characters or bytes; what is longer goes to the body


class Message:
    """What a frame holds: the message, and the news of values that it does not mention."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields


class ValueEncoder(value_state.ValueState):
    """The half of a codec that makes frames."""

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of a value that is no data. Raises TypeError when it has none."""
        raise NotImplementedError

    def pack(self, message: dict[str, Any]) -> bytes:
        """Return the frame of a message. Raises WireError when it is too much, TypeError when it cannot travel."""
        self._depth = self._data_only = 0
        self._stamp += 1
        if self._is_fresh:
            self.kept.forget()
        self._looked: list[tuple[Kept, tuple[Any, ...]]] = []
        before, values = len(self.kept.mine), self._to_check
        self._to_check: list[Any] = []
        try:
            frame = super().pack(Message({"fields": message, "values": values}))
        except BaseException:
            self._forget_from(before, 0)
            raise
        self._is_fresh: bool = False
        return frame

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
        for number, nan in enumerate(value_state.NANS):
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


def has_surrogates(text: str) -> bool:
    """Return whether the text has halves of characters, which UTF-8 has no form for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
