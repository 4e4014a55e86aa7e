"""Data on its way between the process of the tests and that of the student: each value arrives as what it was.

A value is data by its exact type: an instance of a student's own subclass is no data, since it could say anything of
itself. What is no data goes to a hook, `encode_object` here and `decode_object` there; a container keeps its type and
holds whatever the hook gives in that place.
A frame looks as in `wire`. What arrives is hostile: nothing is run, imported or looked up by name because a message
says so, and it is made in bounded time (`value_limits`).
"""

from collections.abc import Collection
from typing import Any

import array_values
import container_values
import library_values
import stdlib_values
import value_state
import wire
from value_decoder import ValueDecoder
from value_encoder import Message, ValueEncoder
from value_kinds import Kind, NoDataError


class ValueCodec(ValueEncoder, ValueDecoder):
    """Turns values into frames and back; one on each side, for all messages.

    A value that can change is kept (`kept_values`): it arrives as the same object each time, in messages in both
    directions, and its changes in place arrive with the next message that holds it, or, as far as they are found in no
    time, with any message.

    Args:
        libraries: Names of libraries whose values are data, among "pandas" and "tensorflow", besides those of which
            they are already (`library_values`).
    """

    def __init__(self, libraries: Collection[str] = ()) -> None:
        kinds = [*container_values.KINDS, *stdlib_values.KINDS, *array_values.KINDS]
        library_values.load(libraries)
        kinds += library_values.kinds()
        super().__init__(
            {kind.type: kind for kind in [*kinds, MESSAGE]}, {kind.tag: kind for kind in [*kinds, *SPECIAL_KINDS]}
        )

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of a value that is no data. Raises TypeError when it has none."""
        raise TypeError(f"an object of the class {type(value).__name__} cannot travel")

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not that of data. Raises WireError for an unknown one."""
        raise wire.WireError(f"an object of the unknown kind {tag[:20]!r}")

    def decode_default(self, form: Any) -> Any:
        """Return what makes the value of a missing key."""
        return self.decode(form)

    def note_hidden(self, value: Any) -> None:
        """Take it that entries of a received value are masked: a comparison leaves them out."""

    def note_column(self, values: Any) -> None:
        """Take it that these values have come in a column of pandas, where some may be missing."""


def _never(codec: Any, value: Any) -> Any:
    raise NoDataError


MESSAGE = Kind("message", Message, ValueEncoder.encode_message, ValueDecoder.decode_message)
# Tags that no type stands for.
SPECIAL_KINDS = (
    MESSAGE,
    Kind("mine", type(None), _never, ValueDecoder.decode_mine),
    Kind("yours", type(None), _never, ValueDecoder.decode_yours),
    Kind("nan", type(None), _never, lambda codec, number: value_state.NANS[number]),
    Kind("text", type(None), _never, lambda codec, count: str(codec.take_bytes(count), "utf-8", "surrogatepass")),
)
