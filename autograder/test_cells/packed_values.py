"""Many values of one exact type, as the bytes of one array: a list of a million numbers takes a few milliseconds."""

import array
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import wire

FEWEST = 16  # of fewer entries the usual form is as fast
SCALARS = {
    getattr(np, name): np.dtype(name)
    for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()
}
DTYPES = {"bool": np.dtype("bool"), "int": np.dtype("int64"), "float": np.dtype("float64")}
DTYPES |= {f"numpy {dtype.name}": dtype for dtype in SCALARS.values()}


def encode(codec: Any, values: Sequence[Any]) -> Any:
    """Return the short form of values that are all of one kind, or None when they have none."""
    kinds = set(map(type, values)) if len(values) >= FEWEST else set()
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    if kind is str:
        return {"t": "str", "v": encode_texts(codec, values)}
    data: Any
    if kind is float:
        data = array.array("d", values)
        if np.isnan(np.frombuffer(data)).any():
            return None  # two kinds of nan are told apart
    elif kind is int:
        try:
            data = array.array("q", values)
        except OverflowError:
            return None
    elif kind is bool:
        data = bytes(values)
    elif kind in SCALARS:
        data = np.array(values, dtype=kind)
    else:
        return None
    codec.counts.many(len(values))
    codec.put_bytes(data)
    return {"t": f"numpy {SCALARS[kind].name}" if kind in SCALARS else kind.__name__, "v": len(values)}


def decode(codec: Any, form: dict[str, Any]) -> list[Any]:
    """Return the values of a short form. Raises WireError for anything else."""
    if form.keys() != {"t", "v"} or type(form["t"]) is not str:
        raise wire.WireError("a value of no known form")
    name, payload = form["t"], form["v"]
    if name == "str":
        return decode_texts(codec, payload)
    if name not in DTYPES or type(payload) is not int:
        raise wire.WireError("a value of no known form")
    dtype = DTYPES[name]
    data = codec.take_bytes(payload * dtype.itemsize)
    codec.counts.many(payload)
    # NumPy is confused by a bool whose byte is neither 0 nor 1.
    numbers = np.frombuffer(data, np.uint8) != 0 if dtype.kind == "b" else np.frombuffer(data, dtype)
    return list(numbers) if name.startswith("numpy") else numbers.tolist()


def encode_texts(codec: Any, values: Sequence[str]) -> Any:
    """Return the payload of texts: how many, and their bytes; the body holds these and the lengths."""
    codec.counts.many(len(values))
    size = codec.put_bytes("".join(values).encode("utf-8", "surrogatepass"))
    codec.put_bytes(np.fromiter(map(len, values), np.uint32, len(values)))
    return [len(values), size]


def decode_texts(codec: Any, payload: Any) -> list[str]:
    """Return the texts of such a payload."""
    count, size = payload
    whole = str(codec.take_bytes(size), "utf-8", "surrogatepass")
    lengths = np.frombuffer(codec.take_bytes(count * 4), np.uint32)
    codec.counts.many(count)
    ends = np.cumsum(lengths, dtype=np.uint64).tolist()
    if (ends[-1] if ends else 0) != len(whole):
        raise wire.WireError("texts that are longer than their message")
    return [whole[start:end] for start, end in itertools.pairwise([0, *ends])]
