"""What a value holds: for those who look through containers without encoding them."""

import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import wire
from value_limits import MAX_DEPTH, MAX_EXPANDED_BYTES

SEQUENCES = frozenset({list, tuple, set, frozenset, deque})
MAPPINGS = frozenset({dict, OrderedDict, Counter, defaultdict})
LEAVES = frozenset({type(None), bool, int, float, complex, *np.sctypeDict.values()}) - {np.object_, np.void}
TEXTS = frozenset({str, bytes})
POINTER = 8  # bytes of an entry


def children(value: Any) -> list[Any]:
    """Return what a value of a known type holds; of everything else, nothing."""
    kind = type(value)
    if kind in SEQUENCES:
        return value if kind is list else list(value)
    if kind in MAPPINGS:
        return [*value.keys(), *value.values()]
    if kind is types.SimpleNamespace:
        return list(vars(value).values())
    if issubclass(kind, np.ndarray) and value.dtype.kind == "O":
        return list(value.reshape(-1))
    return list(value) if issubclass(kind, tuple) else []


def holds_leaves_only(entries: list[Any]) -> bool:
    """Return whether none of the entries is a container."""
    return set(map(type, entries)) <= LEAVES | TEXTS


def mutables(value: Any, kept: Any) -> Iterator[Any]:
    """Yield the values of the types `kept` that a value holds, itself or in a tuple."""
    entries = children(value)
    if holds_leaves_only(entries):
        return
    for entry in entries:
        if type(entry) in kept:
            yield entry
        elif issubclass(type(entry), tuple):
            yield from mutables(entry, kept)


def refuse_growth(value: Any) -> None:
    """Raise WireError for what a few references to one another make endless, or so large that nobody can print it.

    Such a value takes little space where it is, but everything that goes through it does not end.
    """
    _expanded(value, {}, 0)


def _expanded(value: Any, sizes: dict[int, tuple[int, int]], depth: int) -> tuple[int, int]:
    """Return how many bytes a value would have if nothing in it stood for something else, and how deep it is."""
    entries = [] if type(value) in LEAVES else children(value)
    if not entries:
        return _size(value), 0
    kinds = set(map(type, entries))
    if kinds <= LEAVES | TEXTS:
        texts = [len(entry) for entry in entries if type(entry) in TEXTS] if kinds & TEXTS else []
        return POINTER * len(entries) + sum(texts), 1
    known = sizes.get(id(value))
    if known == (-1, -1) or depth > 2 * MAX_DEPTH:
        raise wire.WireError("a value that holds itself")
    if known is None:
        sizes[id(value)] = (-1, -1)
        inner = [
            (_size(entry), 0) if type(entry) in LEAVES else _expanded(entry, sizes, depth + 1) for entry in entries
        ]
        known = sizes[id(value)] = (sum(size for size, _ in inner), 1 + max(height for _, height in inner))
    if known[0] > MAX_EXPANDED_BYTES or known[1] > MAX_DEPTH:
        raise wire.WireError("a value that is too large or too deep where it stands for itself in other values")
    return known


def _size(value: Any) -> int:
    kind = type(value)
    if kind in LEAVES:
        return POINTER
    if kind is str or kind is bytes or kind is bytearray:
        return POINTER + len(value)
    return POINTER + int(value.nbytes) if issubclass(kind, np.ndarray) else POINTER
