"""Whether a value has changed."""

import hashlib
from typing import Any

from values import ValueCodec


class _Seen(ValueCodec):
    """Objects that are no data are seen by their identity alone."""

    def encode_object(self, value: Any) -> Any:
        return {"t": "object", "v": id(value)}


def snapshot(value: Any, libraries: tuple[str, ...] = ()) -> bytes:
    """Return what differs when anything in the value has changed. Raises WireError when it is too large to travel."""
    return hashlib.sha256(_Seen(libraries).pack({"value": value})).digest()
