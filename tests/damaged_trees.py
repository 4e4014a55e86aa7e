"""Frames of the right outer form with wrong parts in it."""

import copy
from collections.abc import Iterator
from typing import Any

import msgpack
from hypothesis import strategies as st

LEAVES = st.sampled_from(
    [
        *(None, True, 0, 1, -1, 3, 2**31, 2**63 - 1, 1e308, float("nan"), "", "a", b"", b"x" * 9, [], {}),
        *("|O", "<f8", "<U3", "<M8", "ns", "|V8", "index", "numpy", "range", "W-SUN", "Europe/Berlin", "../x"),
    ]
)


@st.composite
def damaged_frames(draw: st.DrawFn, frames: list[bytes]) -> bytes:
    """Return one of the frames with some parts of its tree replaced, by plain ones or by parts of another."""
    frame, other = draw(st.sampled_from(frames)), draw(st.sampled_from(frames))
    tree, donor = _tree(frame), _tree(other)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(list(_places(tree))[1:] or [()]))
        part = draw(LEAVES | st.sampled_from(list(_places(donor))).map(lambda path: _part(donor, path)))
        if place:
            _part(tree, place[:-1])[place[-1]] = copy.deepcopy(part)
    head, body = msgpack.packb(tree), frame[8 + int.from_bytes(frame[:4], "big") :]
    return len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big") + head + body


def _tree(frame: bytes) -> Any:
    return msgpack.unpackb(frame[8:][: int.from_bytes(frame[:4], "big")])


def _places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    keys = range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()
    for key in keys:
        yield from _places(tree[key], (*path, key))


def _part(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree
