"""The wire: what is sent arrives, and what no honest side sends is refused."""

from __future__ import annotations

import fcntl
import resource
import socket
import struct
import time
from collections import namedtuple

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.session import wire
from autograder.session.replies import GraderCodec
from autograder.session.wire import Channel, Codec, Handle, Tensor, WireClosed, WireError, WireTimeout, tensor

scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def travel(value: object) -> object:
    """Return what arrives when a value is sent."""
    frame = Codec().pack({"value": value})
    head_bytes, body_bytes = wire.HEADER.unpack(frame[: wire.HEADER.size])
    head = frame[wire.HEADER.size :][:head_bytes]
    return Codec().unpack(head, frame[wire.HEADER.size + head_bytes :][:body_bytes])["value"]


@given(values)
def test_plain_values_arrive_unchanged(value):
    """Containers keep their type, numbers their value."""
    assert travel(value) == value


def test_a_named_tuple_arrives_as_a_tuple():
    """People name the values that a function returns; the grader knows them by their place."""
    three = namedtuple("Three", "cost gradPred grad")

    arrived = travel(three(1.0, [2.0], three(3, 4, 5)))
    assert arrived == (1.0, [2.0], (3, 4, 5))
    assert type(arrived) is type(arrived[2]) is tuple


@given(st.sampled_from(sorted(wire.DTYPES)), st.lists(st.integers(0, 4), max_size=3))
def test_arrays_keep_dtype_shape_and_entries(dtype, shape):
    """Arrays of every allowed dtype survive the journey, empty ones too."""
    array = np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)
    arrived = travel([array, tensor(array)])

    assert [type(entry) for entry in arrived] == [np.ndarray, Tensor]
    for entry in arrived:
        assert entry.dtype == array.dtype
        np.testing.assert_array_equal(np.asarray(entry), array)


@pytest.mark.parametrize("value", [object(), np.array(["text"]), np.array([object()]), 2**70, {1, 2}])
def test_what_is_not_plain_data_does_not_travel(value):
    """There is no pickle to fall back on."""
    with pytest.raises(TypeError):
        travel(value)


HOSTILE_TREES = [
    {"t": "array", "v": ["float64", [10**9]]},
    {"t": "array", "v": ["float64", [2]]},
    {"t": "array", "v": ["float64", [-1]]},
    {"t": "array", "v": ["object", [1]]},
    {"t": "array", "v": ["float64", [0, 2**62, 2**62]]},
    {"t": "array", "v": ["float64", [1] * 40]},
    {"t": "array", "v": ["uint8", [1.5]]},
    {"t": "array", "v": ["uint8", [True]]},
    {"t": "array", "v": [["uint8"], [4]]},
    {"t": "array", "v": ["uint8", [4], 0]},
    {"t": "array", "v": None},
    {"t": "dict", "v": [[{"t": "list", "v": []}, 1]]},
    {"t": "dict", "v": [[1]]},
    {"t": "dict", "v": {"t": "dict", "v": []}},
    {"t": "handle", "v": 3},
    {"t": 7, "v": 3},
    {"t": {"t": "list", "v": []}, "v": 3},
    {"t": "list", "v": "abc"},
    [1, 2],
    {"a": 1},
]


@pytest.mark.parametrize("tree", HOSTILE_TREES, ids=repr)
def test_forms_that_no_agent_sends_are_refused(tree):
    """A shape that lies, an unknown tag or a bare container is an error, not a value."""
    with pytest.raises(WireError):
        Codec().unpack(msgpack.packb(tree), b"1234")


def message(*values: object) -> bytes:
    return msgpack.packb({"t": "dict", "v": [["value", {"t": "list", "v": list(values)}]]})


def test_a_small_message_cannot_become_a_large_one():
    """Arrays share no bytes: a thousand that all point to one body would fill the grader's memory."""
    array = {"t": "array", "v": ["uint8", [1000]]}

    assert len(Codec().unpack(message(array), bytes(1000))["value"][0]) == 1000
    with pytest.raises(WireError, match="longer than its message"):
        Codec().unpack(message(array, array), bytes(1000))


def test_bytes_that_belong_to_no_array_are_refused():
    """What nobody reads has no business in a message."""
    with pytest.raises(WireError):
        Codec().unpack(message({"t": "array", "v": ["uint8", [999]]}), bytes(1000))


def test_a_bool_is_true_or_false():
    """A byte that is neither 0 nor 1 does not survive as a bool."""
    (array,) = Codec().unpack(message({"t": "array", "v": ["bool", [3]]}), b"\x00\x05\xff")["value"]

    assert array.tobytes() == b"\x00\x01\x01"


def folded(times: int) -> list:
    """Return a small object that is a list of 10 ** times numbers on paper."""
    value: list = [0.0]
    for _ in range(times):
        value = [value] * 10
    return value


TOO_LARGE = {
    "numbers": [0.0] * (wire.MAX_ENTRIES + 1),
    "numbers in several lists": [[0.0] * (wire.MAX_ENTRIES // 2)] * 3,
    "lists": [[]] * wire.MAX_PARTS,
    "dictionaries": [{}] * wire.MAX_PARTS,
    "pairs": dict.fromkeys(range(wire.MAX_ENTRIES // 2 + 1)),
    "arrays": [np.zeros(1)] * wire.MAX_PARTS,
    "numbers of NumPy": [np.float64(1)] * wire.MAX_PARTS,
    "lists in lists": folded(12),
    "texts": ["x" * 10**6] * 10**5,
    "bytes": b"x" * (wire.MAX_HEAD_BYTES + 1),
    "a view": np.broadcast_to(np.zeros(1), (2**24, 2**24)),
    "views": [np.broadcast_to(np.zeros(1), 2**22)] * 3,
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_by_the_sender(name):
    """By counting: some of these would take hours to send, or more memory than there is."""
    with pytest.raises(WireError, match="more than"):
        Codec().pack({"value": TOO_LARGE[name]})


def list_form(*entries: object) -> dict:
    return {"t": "list", "v": list(entries)}


@pytest.mark.parametrize(
    "tree",
    [
        list_form(*[0] * (wire.MAX_ENTRIES + 1)),
        list_form(*[list_form(*[0] * (wire.MAX_ENTRIES // 2))] * 3),
        list_form(*[list_form()] * wire.MAX_PARTS),
        list_form(*[{"t": "array", "v": ["uint8", [0]]}] * wire.MAX_PARTS),
        list_form(*[{"t": "handle", "v": [1, "object"]}] * (wire.MAX_PARTS - 1)),
        {"t": "dict", "v": [[number, 0] for number in range(wire.MAX_ENTRIES // 2 + 1)]},
    ],
    ids=["entries", "entries of several", "lists", "arrays", "handles", "pairs"],
)
def test_what_no_agent_counts_is_counted_by_the_grader(tree):
    """A patched agent sends what it likes, and a head of 2 MiB has room for a great deal."""
    head = msgpack.packb({"t": "dict", "v": [["value", tree]]})

    assert len(head) <= wire.MAX_HEAD_BYTES
    with pytest.raises(WireError, match=r"more than|no message"):
        GraderCodec().unpack(head, b"")


def test_the_count_begins_anew_with_each_message():
    """Many messages of an honest size are no large one."""
    codec, value = Codec(), [[0.0]] * (wire.MAX_PARTS // 2)
    frames = [codec.pack({"value": value}) for _ in range(3)]
    head_bytes, _ = wire.HEADER.unpack(frames[0][: wire.HEADER.size])

    for frame in frames:
        assert codec.unpack(frame[wire.HEADER.size :][:head_bytes], b"")["value"] == value


def test_deep_nesting_is_refused():
    """Depth has a limit, so that decoding cannot exhaust the stack."""
    tree: object = 1
    for _ in range(100):
        tree = {"t": "list", "v": [tree]}

    with pytest.raises(WireError):
        Codec().unpack(msgpack.packb(tree), b"")


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_decoded_but_never_crash(data):
    """Whatever arrives, the answer is a message or a WireError."""
    try:
        message = Codec().unpack(data, b"")
    except WireError:
        return

    assert isinstance(message, dict)


forged_arrays = st.tuples(
    st.sampled_from(["array", "tensor"]),
    st.lists(
        st.sampled_from([*sorted(wire.DTYPES), "object", "U9", 7]) | st.lists(st.integers(-1, 9), max_size=9),
        max_size=3,
    ),
)
leaves = scalars | st.sampled_from([[], {}, [1], {"t": 1}, 2**64 - 1, float("inf")])
forms = st.recursive(
    leaves | forged_arrays.map(lambda form: {"t": form[0], "v": form[1]}),
    lambda inner: (
        st.fixed_dictionaries(
            {"t": st.sampled_from(["list", "tuple", "dict", "handle", "stub", "array", ""]) | leaves, "v": inner}
        )
        | st.lists(inner, max_size=4)
        | st.lists(st.lists(inner, min_size=1, max_size=3), max_size=3).map(lambda pairs: {"t": "dict", "v": pairs})
    ),
    max_leaves=12,
)


@given(forms, st.binary(max_size=64))
@settings(max_examples=400)
def test_forged_messages_are_refused_or_plain_data(tree, body):
    """Whatever a patched agent puts together, the grader gets a WireError or values of the kinds that it knows."""
    try:
        message = GraderCodec().unpack(msgpack.packb(tree), body)
    except WireError:
        return

    assert isinstance(message, dict)
    waiting, arrays = [message], 0
    while waiting:
        value = waiting.pop()
        assert type(value) in (dict, list, tuple, str, bytes, int, float, bool, type(None), np.ndarray, Tensor, Handle)
        arrays += value.nbytes if isinstance(value, np.ndarray) else 0
        waiting += (
            [*value, *value.values()] if isinstance(value, dict) else value if type(value) in (list, tuple) else []
        )
    assert arrays == len(body)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield Channel(ours, Codec()), theirs
    ours.close()
    theirs.close()


def test_a_huge_announced_length_is_refused_before_anything_is_read(pair):
    """The limit is checked on the header."""
    channel, theirs = pair
    theirs.sendall(struct.pack(">II", 2**31, 0))

    with pytest.raises(WireError):
        channel.receive()


def test_half_a_message_ends_at_the_deadline(pair):
    """A sender that stops in the middle does not hold the grader."""
    channel, theirs = pair
    theirs.sendall(struct.pack(">II", 100, 0) + b"x")

    with pytest.raises(WireTimeout):
        channel.receive(time.monotonic() + 0.05)


def test_a_closed_channel_is_an_error(pair):
    """The end of the stream is told apart from silence."""
    channel, theirs = pair
    theirs.close()

    with pytest.raises(WireClosed, match="closed"):
        channel.receive(time.monotonic() + 5)


def test_nobody_waits_for_a_reader_that_does_not_read(pair):
    """Sending more than the socket holds ends at the deadline when nobody takes it."""
    channel, _ = pair

    with pytest.raises(WireTimeout):
        channel.send({"value": bytes(2 * 2**19)}, deadline=time.monotonic() + 0.05)


def test_the_look_is_taken_while_bytes_dribble(pair):
    """A sender that is never silent for long is looked at all the same."""
    channel, theirs = pair

    def look() -> None:
        if len(seen) == 20:
            raise LookedEnough
        seen.append(theirs.send(b"x"))

    class LookedEnough(Exception):
        pass

    seen: list[int] = []
    theirs.sendall(struct.pack(">II", 1000, 0))
    with pytest.raises(LookedEnough):
        channel.receive(look=look)


def test_high_descriptors_work(pair):
    """poll() serves descriptors above 1023, where select() fails."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft <= 1500:
        pytest.skip("the limit of open files is too low")
    _, theirs = pair
    high = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD, 1400)

    with socket.socket(fileno=high) as sock, pytest.raises(WireTimeout):
        Channel(sock, Codec()).receive(time.monotonic())
