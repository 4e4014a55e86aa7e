"""Values of pandas between the process of the tests and that of the student."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import cell_modules
import numpy as np
import pandas as pd
import pytest
from cell_sides import Sides
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal

values, wire = cell_modules.load("values"), cell_modules.load("wire")


def frame() -> pd.DataFrame:
    """Return a frame with a column of each kind."""
    columns: dict[str, Any] = {
        "whole": [1, 2, 3],
        "text": ["x", None, "z"],
        "number": [1.5, np.nan, 2],
        "category": pd.Categorical(["u", "v", "u"], ordered=True),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "zone": pd.date_range("2020", periods=3, tz="Europe/Berlin"),
        "truth": pd.array([True, None, False], dtype="boolean"),
        "object": [[1], 2, None],
        "duration": pd.to_timedelta([1, 2, 3], "h"),
        "period": pd.period_range("2020", periods=3, freq="M"),
        "interval": pd.interval_range(0, 3),
        "string": pd.array(["a", None, "b"], dtype="string"),
        "float": pd.array([1.5, None, 2], dtype="Float32"),
        "date": pd.to_datetime(["2020-01-01", None, "2021-01-01"]),
    }
    index = pd.MultiIndex.from_tuples([("p", 1), ("q", 2), ("q", 3)], names=["x", "y"])
    made = pd.DataFrame(columns, index=index)
    made.attrs["source"] = "a file"
    return made


def there(value: Any) -> Any:
    """Return the value as the other side gets it."""
    return Sides("pandas").to_student(value)


FRAMES: dict[str, Callable[[], Any]] = {
    "all kinds": frame,
    "turned": lambda: frame().T,
    "numbers only": lambda: pd.DataFrame(np.arange(6.0).reshape(2, 3)),
    "empty": pd.DataFrame,
    "rows only": lambda: pd.DataFrame(index=[1, 2]),
    "columns only": lambda: pd.DataFrame(columns=["a", "b"]),
    "labels twice": lambda: pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"], index=[0, 0]),
    "grouped": lambda: frame().groupby("category", observed=True)["number"].agg(["mean", "count"]),
    "described": lambda: frame().describe(),
    "crossed": lambda: pd.crosstab(frame()["category"], frame()["text"]),
    "weekly": lambda: pd.DataFrame({"x": range(3)}, index=pd.date_range("2020", periods=3, freq="W")),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_arrive_with_types_labels_and_attributes(name: str) -> None:
    sent = FRAMES[name]()
    arrived = there(sent)

    assert_frame_equal(arrived, sent)
    assert repr(arrived) == repr(sent)
    assert arrived.attrs == sent.attrs
    assert list(arrived.dtypes) == list(sent.dtypes)


@pytest.mark.parametrize("name", frame().columns)
def test_columns_arrive_as_series(name: str) -> None:
    sent = frame()[name]

    assert_series_equal(there(sent), sent)
    assert_series_equal(there(frame().dtypes), frame().dtypes)
    column = there(sent.array)
    assert type(column) is type(sent.array)
    assert repr(column) == repr(sent.array)


INDEXES = [pd.Index([1, 2]), pd.Index(["a", None], name="n"), pd.RangeIndex(2, 9, 3), pd.Index([1, "a"], dtype=object)]
INDEXES += [frame().index, pd.date_range("2020", periods=3, freq="D", tz="UTC"), pd.timedelta_range("1h", periods=2)]
INDEXES += [pd.CategoricalIndex(["a", "b"]), pd.period_range("2020", periods=2, freq="Q"), pd.interval_range(0, 2)]


@pytest.mark.parametrize("sent", INDEXES, ids=lambda index: f"{type(index).__name__} {len(index)}")
def test_indexes_arrive_as_they_were(sent: Any) -> None:
    arrived = there(sent)

    assert_index_equal(arrived, sent, exact=True)
    assert getattr(arrived, "freq", None) == getattr(sent, "freq", None)


SINGLE = [pd.Timestamp("2020-01-01 10:00:00.5", tz="Europe/Berlin"), pd.Timestamp("1700-01-01"), pd.Timedelta("1D 2h")]
SINGLE += [pd.Interval(0, 1.5, "both"), pd.Period("2020-01"), pd.CategoricalDtype(["a"]), pd.Int64Dtype()]
SINGLE += [pd.offsets.MonthEnd(2), pd.DataFrame, pd.Series, pd.StringDtype(), pd.Timestamp("2020").as_unit("s")]


@pytest.mark.parametrize("sent", SINGLE, ids=repr)
def test_single_values_arrive_as_they_were(sent: Any) -> None:
    arrived = there(sent)

    assert type(arrived) is type(sent)
    assert arrived == sent
    assert getattr(arrived, "unit", None) == getattr(sent, "unit", None)
    assert there([pd.NaT, pd.NA])[0] is pd.NaT
    assert there([pd.NaT, pd.NA])[1] is pd.NA


CHANGES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "adds a column": lambda df: df.__setitem__("new", df["whole"] * 2),
    "drops a column": lambda df: df.pop("whole"),
    "one cell": lambda df: df.loc.__setitem__((("p", 1), "number"), 99.0),
    "a category": lambda df: df.loc.__setitem__((("p", 1), "category"), "v"),
    "renames all": lambda df: setattr(df, "columns", list("ABCDEFGHIJKLMN")),
    "drops rows": lambda df: df.dropna(inplace=True),
    "sorts": lambda df: df.sort_values("whole", ascending=False, inplace=True),
    "numbers its rows": lambda df: df.reset_index(inplace=True),
    "notes a source": lambda df: df.attrs.update(source="another"),
    "names its rows": lambda df: df.index.set_names(["s", "t"], level=[0, 1]) is setattr(df.index, "names", ["s", "t"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_frame_that_is_changed_in_place_has_changed_in_the_test(name: str) -> None:
    sides, here, expected = Sides("pandas"), frame(), frame()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas advises against changes in place
        CHANGES[name](expected)
        sides.call(CHANGES[name], here)

    assert_frame_equal(here, expected)
    assert here.attrs == expected.attrs
    assert sides.call(lambda df: df, here) is here


def test_a_series_that_is_changed_in_place_has_changed_in_the_test() -> None:
    here = pd.Series([1, 2], name="a")

    Sides("pandas").call(lambda series: series.__setitem__(0, 7), here)

    assert_series_equal(here, pd.Series([7, 2], name="a"))


def test_a_frame_with_an_object_in_it_is_no_data() -> None:
    with pytest.raises(TypeError, match="DataFrame cannot travel"):
        there(pd.DataFrame({"a": [1, len]}))
    with pytest.raises(TypeError, match="DataFrame cannot travel"):
        values.ValueCodec().pack({"value": [pd.DataFrame.__subclasses__, pd.DataFrame({"a": [len]})][1:]})


def test_a_frame_that_is_too_large_is_refused_in_a_sentence() -> None:
    with pytest.raises(wire.WireError, match="64 MiB"):
        there(pd.DataFrame(np.broadcast_to(0.0, (10**4, 10**3)), copy=False))
