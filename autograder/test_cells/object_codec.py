"""What both sides say of values that are no data."""

from typing import Any

import wire


class ObjectCodec(wire.Codec):
    """Turns messages into frames and back; objects that are no data travel as a number."""

    def encode_other(self, value: Any) -> Any:
        """Return the tagged form of a value that is not plain data."""
        return self.encode_object(value)

    def decode_other(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not plain data."""
        return self.decode_object(tag, payload)

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of an object. Raises TypeError when there is none."""
        return super().encode_other(value)

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the object of a tag. Raises WireError for an unknown one."""
        return super().decode_other(tag, payload)
