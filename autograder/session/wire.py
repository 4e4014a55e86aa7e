"""The protocol of the grader and a student process: length-prefixed msgpack, checked on arrival.

A frame is two lengths, a head and a body.
The head is msgpack; every container and array in it is {"t": tag, "v": payload}.
The body holds the bytes of the arrays one after the other, so that the head stays small and cheap to refuse.
Each byte of it belongs to exactly one array: decoding never makes much more of a message than it was.
What is in a message is counted on both sides before time is spent on it, so that what is too large is refused alike on
a fast machine and on a slow one.
Nothing that arrives is ever executed, imported or unpickled.
"""

import math
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

MAX_HEAD_BYTES = 2 * 2**20  # an honest head is a few hundred bytes; 2 MiB of nested nothing decodes to about 130 MB
MAX_BODY_BYTES = 64 * 2**20  # the weights of a network with two million parameters are 8 MB in float32
MAX_DEPTH = 16  # honest results nest two or three deep
# Of one message, however it is nested. So many take 0.1 s to decode and, where each is a tensor, 0.25 s to encode: far
# less than the time of a call, even on a machine that is ten times slower.
MAX_ENTRIES = 250_000  # of all containers together: as floats they fill a head; honest messages have up to 1,500
MAX_PARTS = 20_000  # containers, arrays and objects; honest messages have up to 500
DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)
NAMES = {np.dtype(name): name for name in DTYPES}  # dtype.name is put together anew each time
NUMBERS = frozenset({type(None), bool, float})  # besides integers, which may be too large
HEADER = struct.Struct(">II")
MOST_AHEAD = 2**14  # bytes; nearly all messages are shorter
POLL_MS = 20  # between two looks at the process on the other side

Look = Callable[[], None]


class WireError(Exception):
    """The other side sent something that is not a message."""


class WireClosed(WireError):
    """The other side closed the channel, or is no more."""


class WireTimeout(WireError):
    """No whole message arrived before the deadline."""


class Tensor(np.ndarray):
    """An array that is a tf.Tensor in the student process."""


def tensor(values: Any) -> Tensor:
    """Mark an array to arrive as a tf.Tensor."""
    return np.asarray(values).view(Tensor)


@dataclass(frozen=True)
class Handle:
    """An object that stays in the student process."""

    id: int
    type_name: str


class Stub:
    """A function (`call=`) or an object with methods; calls come back to the grader."""

    def __init__(self, **methods: Callable[..., Any]) -> None:
        self.methods = methods


class Counted:
    """What one message holds so far."""

    def __init__(self) -> None:
        self._parts = self._entries = self._text = 0

    def part(self, entries: int = 0) -> None:
        """Count a container with its entries, an array or an object. Raises WireError when there are too many."""
        self._parts += 1
        self._entries += entries
        if self._parts > MAX_PARTS:
            raise WireError(f"a value of more than {MAX_PARTS:,} lists, arrays and objects")
        if self._entries > MAX_ENTRIES:
            raise WireError(f"a value of more than {MAX_ENTRIES:,} entries")

    def text(self, length: int) -> None:
        """Count characters or bytes of text. Raises WireError when there are too many."""
        self._text += length
        if self._text > MAX_HEAD_BYTES:
            raise WireError(f"a value with more than {MAX_HEAD_BYTES // 2**20} MiB of text")


class Codec:
    """Turn messages into frames and back; each side says how handles and stubs look on its own ground."""

    counted: Callable[[], Any] = Counted

    def pack(self, message: dict[str, Any]) -> bytes:
        """Return the frame of a message. Raises WireError when it is too long, TypeError when it cannot travel."""
        self._body: list[memoryview] = []
        self._body_bytes = 0
        self._counted = self.counted()
        head = msgpack.packb(self.encode(message), unicode_errors="replace")
        if len(head) > MAX_HEAD_BYTES:
            raise WireError(f"a value of {len(head) // 2**20} MiB")
        return b"".join([HEADER.pack(len(head), self._body_bytes), head, *self._body])

    def unpack(self, head: bytes | bytearray, body: bytes | bytearray) -> dict[str, Any]:
        """Return the message of a frame. Raises WireError for anything that `pack` does not make."""
        try:
            tree = msgpack.unpackb(head, max_map_len=2, max_array_len=MAX_ENTRIES, max_ext_len=0)
        except Exception as error:
            raise WireError("bytes that are no message") from error
        self._received, self._taken, self._counted = body, 0, self.counted()
        message = self.decode(tree)
        if not isinstance(message, dict) or self._taken != len(body):
            raise WireError("a message of no known form")
        return message

    def encode_other(self, value: Any) -> dict[str, Any]:
        """Return the tagged form of a value that is not plain data. Raises TypeError when there is none."""
        raise TypeError(f"a {type(value).__name__} cannot travel")

    def decode_other(self, tag: str, payload: Any) -> Any:
        """Return the value of a tag that is not plain data. Raises WireError for an unknown one."""
        raise WireError(f"unknown tag {tag!r}")

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return a msgpack-able form of the value."""
        kind = type(value)
        if kind in NUMBERS or (kind is int and -(2**63) <= value < 2**63):
            return value
        if kind is str or kind is bytes:
            self._counted.text(len(value))
            return value
        if depth < MAX_DEPTH:
            if kind is list or kind is tuple:
                self._counted.part(len(value))
                return {"t": kind.__name__, "v": self._encode_each(value, depth)}
            if kind is dict:
                self._counted.part(2 * len(value))
                return {"t": "dict", "v": [self._encode_each(pair, depth) for pair in value.items()]}
        self._counted.part()
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype in NAMES:
            return self.encode_array("tensor" if isinstance(value, Tensor) else "array", value)
        if isinstance(value, tuple) and hasattr(kind, "_fields"):  # a named tuple is as good as a tuple
            return self.encode(tuple(value), depth)
        return self.encode_other(value)

    def _encode_each(self, values: Iterable[Any], depth: int) -> list[Any]:
        # Most entries are numbers: not to call a function for each takes a third of the time.
        return [entry if type(entry) in NUMBERS else self.encode(entry, depth + 1) for entry in values]

    def decode(self, value: Any, depth: int = 0) -> Any:
        """Return the value of a received form. Raises WireError for anything that `encode` does not make."""
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            return value
        if depth > MAX_DEPTH or not isinstance(value, dict) or set(value) != {"t", "v"}:
            raise WireError("a value of no known form")
        tag, payload = value["t"], value["v"]
        self._counted.part(0 if not isinstance(payload, list) else 2 * len(payload) if tag == "dict" else len(payload))
        if tag in ("list", "tuple") and isinstance(payload, list):
            entries = [self.decode(entry, depth + 1) for entry in payload]
            return tuple(entries) if tag == "tuple" else entries
        if tag == "dict" and isinstance(payload, list):
            return dict(self._pair(pair, depth) for pair in payload)
        if tag in ("array", "tensor"):
            return self.decode_array(tag, payload)
        if isinstance(tag, str):
            return self.decode_other(tag, payload)
        raise WireError("a value of no known form")

    def encode_array(self, tag: str, value: Any) -> dict[str, Any]:
        """Return the tagged form of an array, dtype and shape; its bytes (C order) go to the end of the body."""
        plain = np.asarray(value)  # a plain array, whatever the class of the value says
        self.refuse_more_bytes(plain.nbytes)
        if plain.dtype not in NAMES:
            raise TypeError(f"numbers of type {plain.dtype} cannot travel")
        plain = np.asarray(plain, order="C")  # copies what a view repeats, and so comes after the look at its size
        self._body.append(plain.reshape(-1).view(np.uint8).data)
        self._body_bytes += plain.nbytes
        return {"t": tag, "v": [NAMES[plain.dtype], list(plain.shape)]}

    def refuse_more_bytes(self, count: int) -> None:
        """Raise WireError when the message has too many bytes of arrays with these."""
        if self._body_bytes + count > MAX_BODY_BYTES:
            raise WireError(f"arrays of more than {MAX_BODY_BYTES // 2**20} MiB")

    def decode_array(self, tag: str, payload: Any) -> np.ndarray:
        """Return the next array of the body, its own part. Raises WireError unless dtype, shape and body agree."""
        if not (isinstance(payload, list) and len(payload) == 2 and isinstance(payload[1], list)):
            raise WireError("an array of no known form")
        dtype, shape = payload
        sizes_ok = len(shape) <= 8 and all(type(size) is int and 0 <= size <= MAX_BODY_BYTES for size in shape)
        if not (isinstance(dtype, str) and dtype in DTYPES and sizes_ok):
            raise WireError("an array of no known form")
        count, start = math.prod(shape), self._taken
        self._taken += count * np.dtype(dtype).itemsize
        if self._taken > len(self._received):
            raise WireError("an array that is longer than its message")
        stored = "uint8" if dtype == "bool" else dtype  # NumPy is confused by a bool whose byte is neither 0 nor 1
        array = np.frombuffer(self._received, dtype=stored, count=count, offset=start).reshape(shape)
        is_ready = stored == dtype and array.flags.aligned and array.flags.writeable
        array = array if is_ready else array.astype(dtype)
        return array.view(Tensor) if tag == "tensor" else array

    def _pair(self, pair: Any, depth: int) -> tuple[Any, Any]:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], (str, int, float, bool, bytes)):
            raise WireError("a dictionary of no known form")
        return pair[0], self.decode(pair[1], depth + 1)


class Channel:
    """One end of a stream socket that carries messages.

    With a deadline (a time.monotonic() value) or a `look`, nothing here waits for ever, whatever the other side does:
    `look` is called every few milliseconds, before anything is read or written too, and ends the wait by raising.
    """

    def __init__(self, sock: socket.socket, codec: Codec) -> None:
        self._socket = sock
        self._codec = codec
        self.received_bytes = 0
        self._arrived = bytearray()  # received and not yet read; a small message comes as a whole
        self._ahead = memoryview(bytearray(MOST_AHEAD))

    def send(self, message: dict[str, Any], deadline: float | None = None, look: Look | None = None) -> None:
        """Send one message.

        Raises:
            WireTimeout: The other side did not take it in time.
            WireError: It is too long, or nobody listens.
            TypeError: It holds something that cannot travel.
        """
        frame = memoryview(self._codec.pack(message))
        flags = 0 if deadline is None and look is None else socket.MSG_DONTWAIT
        while frame:
            _refuse_delay(deadline, look)
            try:
                frame = frame[self._socket.send(frame, flags) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline, look)
            except OSError as error:
                raise WireClosed(f"the channel broke: {error}") from error

    def receive(self, deadline: float | None = None, look: Look | None = None) -> dict[str, Any]:
        """Return the next message. Raises WireTimeout when it does not come in time, WireError when it is none."""
        head_bytes, body_bytes = HEADER.unpack(self._read(HEADER.size, deadline, look))
        if head_bytes > MAX_HEAD_BYTES or body_bytes > MAX_BODY_BYTES:
            raise WireError("a message beyond every limit")
        head = self._read(head_bytes, deadline, look)
        return self._codec.unpack(head, self._read(body_bytes, deadline, look))

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _read(self, count: int, deadline: float | None, look: Look | None) -> bytearray:
        while len(self._arrived) < count <= MOST_AHEAD:
            size = self._receive_into(self._ahead, deadline, look)
            self._arrived += self._ahead[:size]
        data = self._arrived[:count]
        del self._arrived[:count]
        if len(data) == count:
            return data
        whole = bytearray(count)  # a long message is received where it stays: to copy it takes as long as to send it
        whole[: len(data)] = data
        rest = memoryview(whole)[len(data) :]
        while rest:
            rest = rest[self._receive_into(rest, deadline, look) :]
        return whole

    def _receive_into(self, buffer: memoryview, deadline: float | None, look: Look | None) -> int:
        """Wait for bytes, put as many there as have come, and return how many."""
        self._wait(select.POLLIN, deadline, look)
        try:
            size = self._socket.recv_into(buffer)
        except OSError as error:
            raise WireClosed(f"the channel broke: {error}") from error
        if not size:
            raise WireClosed("the other side closed the channel")
        self.received_bytes += size
        return size

    def _wait(self, event: int, deadline: float | None, look: Look | None) -> None:
        if deadline is None and look is None:
            return
        poll = select.poll()  # select() fails for descriptors above 1023
        poll.register(self._socket, event)
        _refuse_delay(deadline, look)
        while not poll.poll(POLL_MS):
            _refuse_delay(deadline, look)


def _refuse_delay(deadline: float | None, look: Look | None) -> None:
    """Raise when the other side has had its time, by the deadline or by what the look sees."""
    if look is not None:
        look()
    if deadline is not None and time.monotonic() > deadline:
        raise WireTimeout("the other side was silent for too long")
