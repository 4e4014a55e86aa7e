"""What a column or an index of pandas is made of: arrays of NumPy, and a few words that say how to read them.

Lengths, codes of categories and bounds of intervals are checked by pandas itself where they are put together.
"""

from __future__ import annotations

import re
from typing import Any

import array_values
import numpy as np
import packed_values
import pandas as pd
import wire
from stdlib_values import decode_zone, encode_zone
from value_kinds import NoDataError, text_like

FREQUENCY = re.compile(r"-?[0-9]{0,9}[A-Za-z]{1,8}(-[A-Za-z]{1,8}){0,2}")
MOST_STEPS = 100_000  # of an index with a frequency: pandas goes through all of them to check it, in up to 1 s
MASKED = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)
UNITS = ("s", "ms", "us", "ns")


def encode_column(codec: Any, values: Any) -> list[Any]:
    """Return the form of a column's values. Raises NoDataError where they are of a kind that has none."""
    if type(values) is pd.arrays.NumpyExtensionArray:
        values = values.to_numpy()
    kind = type(values)
    if kind is np.ndarray:
        return ["numpy", array_values.encode_array(codec, values)]
    if kind in MASKED:
        return ["masked", [array_values.encode_array(codec, part) for part in masked_parts(values)]]
    if kind is pd.Categorical:
        codes = array_values.encode_array(codec, np.asarray(values.codes))
        return ["categorical", [codes, encode_index(codec, values.categories), bool(values.ordered)]]
    if isinstance(values, pd.arrays.DatetimeArray):
        numbers = array_values.encode_array(codec, values.asi8)
        return ["dates", [numbers, values.unit, encode_zone(values.tz)]]
    if isinstance(values, pd.arrays.TimedeltaArray):
        return ["durations", [array_values.encode_array(codec, values.asi8), values.unit]]
    if isinstance(values, pd.arrays.PeriodArray):
        return ["periods", [array_values.encode_array(codec, values.asi8), period_frequency(values)]]
    if isinstance(values, pd.arrays.IntervalArray):
        bounds = [encode_index(codec, pd.Index(part)) for part in (values.left, values.right)]
        return ["intervals", [*bounds, values.closed]]
    if isinstance(values.dtype, pd.StringDtype):
        return ["texts", encode_texts(codec, values)]
    raise NoDataError


def decode_column(codec: Any, form: Any) -> Any:
    """Return the values of such a form."""
    values = _values(codec, *form)
    codec.note_column(values)
    return values


def _values(codec: Any, name: Any, payload: Any) -> Any:
    if name == "numpy":
        return array_values.decode_array(codec, payload)
    if name == "masked":
        numbers, mask = (array_values.decode_array(codec, part) for part in payload)
        kinds = dict(zip(("i", "u", "f", "b"), (MASKED[0], *MASKED), strict=True))
        return kinds[numbers.dtype.kind](numbers, mask)
    if name == "categorical":
        code_form, categories, is_ordered = payload
        codes = array_values.decode_array(codec, code_form)
        dtype = pd.CategoricalDtype(decode_index(codec, categories), is_ordered is True)
        return pd.Categorical.from_codes(codes, dtype=dtype)
    if name == "dates":
        numbers, unit, zone = payload
        index = pd.DatetimeIndex(in_unit(codec, numbers, "M8", unit))
        zone = decode_zone(zone)
        index = index if zone is None else index.tz_localize("UTC").tz_convert(zone)
        return index.array
    if name == "durations":
        numbers, unit = payload
        return pd.TimedeltaIndex(in_unit(codec, numbers, "m8", unit)).array
    if name == "periods":
        numbers, steps = payload
        ordinals = array_values.decode_array(codec, numbers)
        return pd.PeriodIndex.from_ordinals(ordinals, freq=text_like(steps, FREQUENCY)).array
    if name == "intervals":
        left, right, closed = payload
        return pd.arrays.IntervalArray.from_arrays(decode_index(codec, left), decode_index(codec, right), closed)
    if name == "texts":
        return decode_texts(codec, payload)
    raise wire.WireError("a column of no known form")


def masked_parts(values: Any) -> list[Any]:
    """Return numbers, and which of them are missing."""
    kind = values.dtype.numpy_dtype
    return [values.to_numpy(dtype=kind, na_value=kind.type(0)), values.isna()]


def in_unit(codec: Any, form: Any, kind: str, unit: Any) -> Any:
    """Return moments or durations, counted in this unit."""
    numbers = array_values.decode_array(codec, form)
    if unit not in UNITS or numbers.dtype != np.int64:
        raise wire.WireError("dates of no known form")
    return numbers.view(f"{kind}[{unit}]")


def encode_texts(codec: Any, values: Any) -> list[Any]:
    """Return the payload of texts of which some are missing."""
    missing = np.asarray(values.isna())
    texts = ["" if is_missing else str(text) for text, is_missing in zip(values, missing, strict=True)]
    dtype = values.dtype
    head = [dtype.storage, dtype.na_value is pd.NA]
    return [*head, packed_values.encode_texts(codec, texts), array_values.encode_array(codec, missing)]


def decode_texts(codec: Any, payload: Any) -> Any:
    """Return a column of texts."""
    storage, has_na, form, mask = payload
    entries = array_values.object_array(packed_values.decode_texts(codec, form), form[0])
    entries[array_values.decode_array(codec, mask)] = pd.NA if has_na else np.nan
    if storage not in ("python", "pyarrow"):
        raise wire.WireError("a column of no known form")
    return pd.array(entries, dtype=pd.StringDtype(storage, na_value=pd.NA if has_na else np.nan))


# --- frequencies ---


def frequency(index: Any) -> str | None:
    """Return the frequency that an index of dates knows of itself, if a text says it."""
    if type(index) not in (pd.DatetimeIndex, pd.TimedeltaIndex) or index.freq is None or len(index) > MOST_STEPS:
        return None
    try:
        return known_frequency(index.freq)
    except NoDataError:
        return None


def known_frequency(offset: Any) -> str:
    """Return the text of a frequency that says all of it."""
    text = offset.freqstr
    if not FREQUENCY.fullmatch(text) or pd.tseries.frequencies.to_offset(text) != offset:
        raise NoDataError
    return text


def period_frequency(values: Any) -> str:
    """Return the text of how long the periods of a column, or one period, are."""
    text = values.freqstr
    if not FREQUENCY.fullmatch(text):
        raise NoDataError
    return text


def with_frequency(index: Any, text: Any) -> Any:
    """Return the index with its frequency, which must be that of its dates."""
    if text is None:
        return index
    if len(index) > MOST_STEPS:
        raise wire.WireError("dates of no known form")
    index.freq = pd.tseries.frequencies.to_offset(text_like(text, FREQUENCY))
    return index


# --- indexes ---


def encode_index(codec: Any, index: Any) -> list[Any]:
    """Return the form of an index of any kind."""
    if type(index) is pd.MultiIndex:
        levels = [encode_index(codec, level) for level in index.levels]
        codes = [array_values.encode_array(codec, np.asarray(part)) for part in index.codes]
        return ["levels", [levels, codes, codec.encode_entries(list(index.names))]]
    if type(index) is pd.RangeIndex:
        return ["range", [index.start, index.stop, index.step, codec.encode_entries([index.name])]]
    return ["index", [encode_column(codec, index.array), frequency(index), codec.encode_entries([index.name])]]


def decode_index(codec: Any, form: Any) -> Any:
    """Return an index of any kind."""
    kind, payload = form
    if kind == "levels":
        levels, codes, names = payload
        return pd.MultiIndex(
            levels=[decode_index(codec, level) for level in levels],
            codes=[array_values.decode_array(codec, part) for part in codes],
            names=codec.decode_entries(names),
            verify_integrity=True,
        )
    if kind == "range":
        start, stop, step, names = payload
        return pd.RangeIndex(range(start, stop, step), name=codec.decode_entries(names)[0])
    column, steps, names = payload
    values = decode_column(codec, column)
    (name,) = codec.decode_entries(names)
    return with_frequency(pd.Index(values, dtype=values.dtype, name=name), steps)


def parts_of(values: Any) -> list[Any]:
    """Return arrays that differ when a column has changed, and lists of things that are told apart by identity."""
    if type(values) is pd.arrays.NumpyExtensionArray:
        values = values.to_numpy()
    if type(values) is np.ndarray:
        return [list(values)] if values.dtype.kind == "O" else [values]
    if type(values) is pd.Categorical:
        return [np.asarray(values.codes), [values.categories]]
    if type(values) in MASKED:
        return [
            values.to_numpy(dtype=values.dtype.numpy_dtype, na_value=values.dtype.numpy_dtype.type(0)),
            values.isna(),
        ]
    if hasattr(values, "asi8"):
        return [values.asi8]
    if isinstance(values, pd.arrays.IntervalArray):
        return [*parts_of(values.left.array), *parts_of(values.right.array)]
    return [list(values.to_numpy(dtype=object))]
