"""NumPy's arrays, numbers and types of numbers: shape, type, order in memory, and whether they may be changed."""

from __future__ import annotations

import itertools
import math
import re
from functools import lru_cache
from typing import Any

import numpy as np
import wire
from value_kinds import Kind, NoDataError, expect

SIMPLE = re.compile(
    r"[|<>](b1|[iu][1248]|f2|f4|f8|f16|c8|c16|c32|[SV]\d{1,7}|U\d{1,6})"
    r"|[<>][mM]8(\[\d{0,6}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?|\|O"
)
MAX_AXES = 32
MAX_FIELDS = 200
LAST_CHARACTER = 0x10FFFF
MORE_DTYPES: dict[str, Any] = {}  # of libraries, by name


# --- types of entries ---


def encode_dtype(dtype: np.dtype[Any], depth: int = 0) -> Any:
    """Return the form of a type of entries: its text, or all fields. Raises NoDataError where it has none."""
    if depth > 8:
        raise NoDataError
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return [encode_dtype(base, depth + 1), list(shape)]
    if dtype.name in MORE_DTYPES:
        return dtype.name
    if dtype.names is None:
        if not SIMPLE.fullmatch(dtype.str) or (dtype.kind == "V" and dtype.type is not np.void):
            raise NoDataError
        return dtype.str
    if dtype.hasobject or len(dtype.names) > MAX_FIELDS:
        raise NoDataError
    fields: Any = dtype.fields
    parts = [fields[name] for name in dtype.names]
    formats = [encode_dtype(part[0], depth + 1) for part in parts]
    is_record = dtype.type is np.record
    return [list(dtype.names), formats, [part[1] for part in parts], dtype.itemsize, is_record]


def decode_dtype(form: Any, depth: int = 0) -> np.dtype[Any]:
    """Return the type of entries of a form. Raises WireError unless it is one that holds data only."""
    if type(form) is str:
        if form in MORE_DTYPES:
            return MORE_DTYPES[form]
        return simple_dtype(form)
    if depth > 8 or type(form) is not list:
        raise wire.WireError("a type of numbers of no known form")
    if len(form) == 2:
        base, shape = decode_dtype(form[0], depth + 1), tuple(expect(form[1], *[int] * len(form[1])))
        if min(shape) < 0 or math.prod(shape) * base.itemsize > wire.MAX_BODY_BYTES:
            raise wire.WireError("a type of numbers of no known form")
        return np.dtype((base, shape))
    names, forms, offsets, size, is_record = form
    formats = [decode_dtype(entry, depth + 1) for entry in forms]
    if len(names) > MAX_FIELDS or any(entry.hasobject for entry in formats):
        raise wire.WireError("a type of numbers of no known form")
    spans = sorted((start, start + entry.itemsize) for start, entry in zip(offsets, formats, strict=True))
    places = [0, *itertools.chain(*spans), size, wire.MAX_BODY_BYTES]
    if places != sorted(places):  # fields that lie in one place would change each other in `put_in_order`
        raise wire.WireError("a type of numbers of no known form")
    made = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
    return np.dtype((np.record, made)) if is_record else made


@lru_cache(maxsize=1000)
def simple_dtype(text: str) -> np.dtype[Any]:
    """Return the type of entries that has this text."""
    if not SIMPLE.fullmatch(text):
        raise wire.WireError("a type of numbers of no known form")
    return np.dtype(text)


# --- arrays ---


def encode_array(codec: Any, value: np.ndarray[Any, Any]) -> Any:
    """Return type, shape and layout of an array; its bytes go to the body."""
    plain = value.view(np.ndarray)
    form = encode_dtype(plain.dtype)
    is_fortran = plain.flags.f_contiguous and not plain.flags.c_contiguous
    head = [form, list(plain.shape), bool(is_fortran), bool(plain.flags.writeable)]
    flat = plain.T if is_fortran else plain
    if plain.dtype == object:
        codec.counts.many(plain.size)  # an array may repeat one entry without holding it more than once
        return [*head, codec.encode_entries(list(flat.reshape(-1)))]
    codec.counts.body(plain.nbytes)  # before a copy of that size is made
    codec.counts.body(-plain.nbytes)
    if plain.nbytes:
        codec.put_bytes(np.ascontiguousarray(flat).reshape(-1).view(np.uint8))
    return [*head, None]


def decode_array(codec: Any, payload: Any) -> np.ndarray[Any, Any]:
    """Return an array that owns its bytes."""
    form, shape, is_fortran, is_writeable, entries = payload
    dtype, shape = decode_dtype(form), tuple(shape)
    if len(shape) > MAX_AXES or not all(type(size) is int and 0 <= size <= wire.MAX_BODY_BYTES for size in shape):
        raise wire.WireError("an array of no known form")
    count = math.prod(shape)
    order: Any = "F" if is_fortran else "C"
    if dtype.kind == "O":
        made = object_array(codec.decode_entries(entries), count).reshape(shape, order=order).copy(order=order)
    elif count * dtype.itemsize == 0:
        made = np.zeros(shape, dtype, order=order)
    else:
        data = np.frombuffer(codec.take_bytes(count * dtype.itemsize), stored_as(dtype))
        made = np.array(data.view(dtype).reshape(shape, order=order), order=order)
        put_in_order(made)
    if not is_writeable:
        made.flags.writeable = False
    return made


def object_array(entries: list[Any], count: int) -> np.ndarray[Any, Any]:
    """Return an array of so many objects; lists among them stay lists."""
    if len(entries) != count:
        raise wire.WireError("an array of no known form")
    made = np.empty(count, object)
    for place, entry in enumerate(entries):
        made[place] = entry
    return made


def stored_as(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return what the bytes of an array can be read as, whatever they are."""
    return np.dtype((np.void, dtype.itemsize))


def put_in_order(array: np.ndarray[Any, Any]) -> None:
    """Give each bool a byte of 0 or 1, since NumPy is confused by others. Raises WireError for what is no text."""
    dtype = array.dtype
    if dtype.names is not None:
        for name in dtype.names:
            put_in_order(array[name].view(np.ndarray))
    elif dtype.kind == "b":
        raw = array.view(np.uint8)
        np.not_equal(raw, 0, out=array) if raw.size else None
    elif dtype.kind == "M" and np.datetime_data(dtype)[0] == "generic":
        if not np.isnat(array).all():
            raise wire.WireError("a date of no known form")
    elif dtype.kind == "U" and dtype.itemsize:
        codes = np.ascontiguousarray(array).reshape(-1).view(np.dtype(np.uint32).newbyteorder(dtype.byteorder))
        if codes.max(initial=0) > LAST_CHARACTER:
            raise wire.WireError("a text of no known form")


# --- what is made of arrays ---


def encode_masked(codec: Any, value: np.ma.MaskedArray[Any, Any]) -> Any:
    """Return data, mask and what stands for masked entries."""
    if value.dtype == object:
        raise NoDataError
    mask = None if value.mask is np.ma.nomask else np.ma.getmaskarray(value)
    return [codec.encode(entry) for entry in (value.data.view(np.ndarray), mask, value.fill_value)]


def decode_masked(codec: Any, payload: Any) -> np.ma.MaskedArray[Any, Any]:
    """Return a masked array."""
    data, mask, fill = map(codec.decode, payload)
    if type(data) is not np.ndarray or data.dtype == object or (mask is not None and mask.shape != data.shape):
        raise wire.WireError("a masked array of no known form")
    made = np.ma.MaskedArray(data, mask=np.ma.nomask if mask is None else mask, fill_value=fill)
    if np.any(made.mask):
        codec.note_hidden(made)
    return made


def decode_nothing(codec: Any, payload: Any) -> Any:
    """Return the one masked entry."""
    codec.note_hidden(np.ma.masked)
    return np.ma.masked


def decode_matrix(codec: Any, payload: Any) -> Any:
    """Return an np.matrix."""
    made = decode_array(codec, payload)
    if made.ndim != 2:
        raise wire.WireError("a matrix of no known form")
    return made.view(np.matrix)


def decode_records(codec: Any, payload: Any) -> Any:
    """Return an array whose fields are attributes."""
    return decode_array(codec, payload).view(np.recarray)


def encode_scalar(codec: Any, value: np.generic) -> Any:
    """Return the form of an array of this one number."""
    return encode_array(codec, np.asarray(value))


def decode_scalar(codec: Any, payload: Any) -> Any:
    """Return a number of NumPy's."""
    made = decode_array(codec, payload)
    if made.shape or made.dtype == object:
        raise wire.WireError("a number of no known form")
    return made[()]


DTYPE = Kind("dtype", np.dtype, lambda _, value: encode_dtype(value), lambda _, form: decode_dtype(form))
SCALARS = {*np.sctypeDict.values(), np.record} - {np.object_}
KINDS = (
    DTYPE,
    Kind("array", np.ndarray, encode_array, decode_array, is_mutable=True),
    Kind("matrix", np.matrix, encode_array, decode_matrix, is_mutable=True),
    Kind("recarray", np.recarray, encode_array, decode_records, is_mutable=True),
    Kind("masked array", np.ma.MaskedArray, encode_masked, decode_masked, is_mutable=True, is_whole=True),
    Kind("masked", type(np.ma.masked), lambda _, value: None, decode_nothing),
    *[Kind("number", kind, encode_scalar, decode_scalar) for kind in sorted(SCALARS, key=str)],
)
