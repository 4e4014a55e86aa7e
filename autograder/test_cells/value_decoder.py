"""Values that arrive: each is made of a form, or refused; what sends them is hostile."""

from typing import Any

import packed_values
import value_state
import wire
from kept_values import Kept
from value_limits import MAX_DEPTH
from value_parts import refuse_growth
from written_back import write_back

PLAIN_FORMS = frozenset({type(None), bool, int, float})  # of a received tree; text is counted
FORM = {"t", "v"}


class ValueDecoder(value_state.ValueState):
    """The half of a codec that reads frames."""

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not that of data. Raises WireError for an unknown one."""
        raise NotImplementedError

    def unpack(self, head: bytes | bytearray, body: bytes | bytearray) -> dict[str, Any]:
        """Return the message of a frame. Raises WireError for anything that `pack` does not make."""
        self._depth = self._data_only = 0
        self._stamp += 1
        self._touched: list[Any] = []
        self._has_references = False
        message = super().unpack(head, body)
        if self._has_references:
            refuse_growth([message, self._touched])
        return message

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
