"""Data frames, series, indexes and single values of pandas, where an assignment has it among its libraries.

Columns of objects hold data only: with a student's object in it, the frame is an object itself.
"""

from __future__ import annotations

from typing import Any

import array_values
import column_values
import kept_values
import numpy as np
import pandas as pd
import type_names
import wire
import written_back
from column_values import decode_column, decode_index, encode_column, encode_index
from container_values import decode_pairs, encode_pairs
from stdlib_values import decode_zone, encode_zone
from value_kinds import Kind, expect, text_like


def encode_frame(codec: Any, frame: pd.DataFrame) -> Any:
    """Return index, columns and values; in one piece where all are of one type."""
    labels = [encode_index(codec, frame.index), encode_index(codec, frame.columns)]
    if is_all_numbers(frame):
        return [*labels, array_values.encode_array(codec, frame.to_numpy()), None, encode_pairs(codec, frame.attrs)]
    columns = [encode_column(codec, frame.iloc[:, place].array) for place in range(frame.shape[1])]
    return [*labels, None, columns, encode_pairs(codec, frame.attrs)]


def decode_frame(codec: Any, payload: Any) -> pd.DataFrame:
    """Return a frame whose columns are all as long as its index."""
    index_form, label_form, whole, column_forms, attributes = payload
    index, labels = decode_index(codec, index_form), decode_index(codec, label_form)
    if whole is not None:
        values = array_values.decode_array(codec, whole)
        codec.note_column(values)
        made = pd.DataFrame(values, index=index, columns=labels, copy=False)
    else:
        columns = [decode_column(codec, form) for form in column_forms]
        if len(columns) != len(labels) or any(len(column) != len(index) for column in columns):
            raise wire.WireError("a frame of no known form")
        series = {place: series_of(column, index) for place, column in enumerate(columns)}
        made = pd.DataFrame(series, index=index)
        made.columns = labels
    made.attrs = dict(decode_pairs(codec, attributes))
    return made


def is_all_numbers(frame: pd.DataFrame) -> bool:
    """Return whether all columns are numbers of one type, and lie in one array."""
    kinds = set(frame.dtypes)
    return len(kinds) == 1 and isinstance(kind := kinds.pop(), np.dtype) and kind.kind in "biufc"


def series_of(column: Any, index: Any) -> pd.Series:
    """Return a series of exactly these values: pandas would take objects that are all texts for something else."""
    return pd.Series(column, index=index, dtype=column.dtype, copy=False)


def has_missing(values: Any, with_nan: bool) -> bool:
    """Return whether entries are missing so that a comparison leaves them out; with_nan: in whichever way."""
    is_left_out = getattr(values.dtype, "na_value", None) is pd.NA
    return (is_left_out or with_nan) and bool(np.any(pd.isna(values)))


def encode_series(codec: Any, series: pd.Series) -> Any:
    """Return index, name and values."""
    parts = [encode_index(codec, series.index), encode_column(codec, series.array)]
    return [*parts, codec.encode_entries([series.name]), encode_pairs(codec, series.attrs)]


def decode_series(codec: Any, payload: Any) -> pd.Series:
    """Return a series that is as long as its index."""
    index, column, names, attributes = payload
    index, values = decode_index(codec, index), decode_column(codec, column)
    if len(index) != len(values):
        raise wire.WireError("a series of no known form")
    made = series_of(values, index)
    (made.name,) = codec.decode_entries(names)
    made.attrs = dict(decode_pairs(codec, attributes))
    return made


# --- single values ---


def encode_moment(codec: Any, value: pd.Timestamp) -> Any:
    """Return how many units since 1970, and where."""
    number = np.datetime64(value.tz_convert(None) if value.tz is not None else value, value.unit).astype("int64")
    return [int(number), value.unit, encode_zone(value.tz)]


def decode_moment(codec: Any, payload: Any) -> Any:
    """Return a Timestamp."""
    number, unit, zone = payload
    expect([number], int)
    made = pd.Timestamp(np.datetime64(number, known_unit(unit)))
    zone = decode_zone(zone)
    return made if zone is None else made.tz_localize("UTC").tz_convert(zone)


def encode_duration(codec: Any, value: pd.Timedelta) -> Any:
    """Return how many units."""
    return [int(value.to_timedelta64().astype("int64")), value.unit]


def decode_duration(codec: Any, payload: Any) -> Any:
    """Return a Timedelta."""
    number, unit = payload
    expect([number], int)
    return pd.Timedelta(np.timedelta64(number, known_unit(unit)))


def known_unit(unit: Any) -> Any:
    """Return the unit of a moment."""
    if unit not in column_values.UNITS:
        raise wire.WireError("a moment of no known form")
    return unit


def encode_interval(codec: Any, value: pd.Interval) -> Any:
    """Return both ends."""
    return [codec.encode(value.left), codec.encode(value.right), value.closed]


def decode_interval(codec: Any, payload: Any) -> pd.Interval:
    """Return an Interval."""
    left, right, closed = payload
    return pd.Interval(codec.decode(left), codec.decode(right), closed)


def decode_period(codec: Any, payload: Any) -> pd.Period:
    """Return a Period."""
    ordinal, steps = payload
    expect([ordinal], int)
    return pd.Period(ordinal=ordinal, freq=text_like(steps, column_values.FREQUENCY))


def encode_offset(codec: Any, value: Any) -> str:
    """Return a step between dates as a text."""
    return column_values.known_frequency(value)


def decode_offset(codec: Any, payload: Any) -> Any:
    """Return a step between dates."""
    return pd.tseries.frequencies.to_offset(text_like(payload, column_values.FREQUENCY))


def encode_extension_dtype(codec: Any, dtype: Any) -> Any:
    """Return the form of an empty column of this type."""
    return encode_column(codec, pd.array([], dtype=dtype))


def kind_of(value: Any) -> Kind | None:
    """Return the kind of a value of pandas whose exact type stands in no table."""
    kind = type(value)
    if issubclass(kind, pd.tseries.offsets.BaseOffset):
        return OFFSET
    if issubclass(kind, pd.api.extensions.ExtensionDtype):
        return DTYPE
    return None


# --- what has changed ---


def frame_look(frame: pd.DataFrame) -> tuple[Any, ...]:
    """Return what a frame looks like."""
    if is_all_numbers(frame):
        parts = [frame.to_numpy()]
    else:
        columns = [frame.iloc[:, place].array for place in range(frame.shape[1])]
        parts = [part for column in columns for part in column_values.parts_of(column)]
    kinds = tuple(str(kind) for kind in frame.dtypes)
    return ([frame.index, frame.columns], *_label_look(frame.columns), *_axis_look(frame), kinds, *parts)


def series_look(series: pd.Series) -> tuple[Any, ...]:
    """Return what a series looks like."""
    return ([series.index, series.name], str(series.dtype), *_axis_look(series), *column_values.parts_of(series.array))


def _axis_look(value: Any) -> tuple[Any, ...]:
    return (*_label_look(value.index), list(value.attrs), list(value.attrs.values()))


def _label_look(index: Any) -> tuple[Any, ...]:
    return (list(index.names),)


def bytes_of(value: Any) -> int:
    """Return about how many bytes a frame or a series takes here, twice."""
    return 2 * int(np.sum(value.memory_usage(index=True)))


def write(target: Any, value: Any) -> None:
    """Give a frame or a series everything of another one."""
    target.__init__(value)
    target.attrs = value.attrs


# --- the table ---

INDEXES = (
    pd.Index, pd.RangeIndex, pd.MultiIndex, pd.DatetimeIndex, pd.TimedeltaIndex, pd.PeriodIndex, pd.CategoricalIndex,
    pd.IntervalIndex,
)  # fmt: skip
ARRAYS = (
    pd.Categorical, *column_values.MASKED, pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray, pd.arrays.PeriodArray,
    pd.arrays.IntervalArray, pd.arrays.StringArray,
)  # fmt: skip
NUMBERS = pd.arrays.NumpyExtensionArray
OFFSET = Kind("offset", pd.tseries.offsets.BaseOffset, encode_offset, decode_offset)
DTYPE = Kind("pandas dtype", pd.api.extensions.ExtensionDtype, encode_extension_dtype,
             lambda codec, form: decode_column(codec, form).dtype)  # fmt: skip
KINDS = (
    Kind("frame", pd.DataFrame, encode_frame, decode_frame, is_mutable=True, is_whole=True),
    Kind("series", pd.Series, encode_series, decode_series, is_mutable=True, is_whole=True),
    *[Kind("index", kind, encode_index, decode_index, is_whole=True) for kind in INDEXES],
    *[Kind("column", kind, encode_column, decode_column, is_whole=True) for kind in ARRAYS],
    Kind("plain column", NUMBERS, encode_column, lambda codec, form: NUMBERS(decode_column(codec, form)),
         is_whole=True),
    Kind("moment", pd.Timestamp, encode_moment, decode_moment),
    Kind("duration", pd.Timedelta, encode_duration, decode_duration),
    Kind("interval", pd.Interval, encode_interval, decode_interval, is_whole=True),
    Kind("period", pd.Period, lambda _, value: [value.ordinal, column_values.period_frequency(value)],
         decode_period),
    Kind("NaT", type(pd.NaT), lambda _, value: None, lambda _, payload: pd.NaT),
    Kind("NA", type(pd.NA), lambda _, value: None, lambda _, payload: pd.NA),
    OFFSET,
    DTYPE,
)  # fmt: skip
kept_values.OTHER_LOOKS.update({pd.DataFrame: frame_look, pd.Series: series_look})
kept_values.OTHER_SIZES.update({pd.DataFrame: bytes_of, pd.Series: bytes_of})
written_back.OTHER_WRITERS.update({pd.DataFrame: write, pd.Series: write})
SINGLE = (pd.DataFrame, pd.Series, pd.Timestamp, pd.Timedelta, pd.Interval, pd.Period, type(pd.NaT), type(pd.NA))
OTHER_TYPES = (pd.CategoricalDtype, pd.StringDtype, pd.DatetimeTZDtype, pd.Int64Dtype, pd.Float64Dtype, pd.BooleanDtype)
type_names.add({f"pandas.{kind.__name__}": kind for kind in (*SINGLE, *INDEXES, *ARRAYS, *OTHER_TYPES)})
