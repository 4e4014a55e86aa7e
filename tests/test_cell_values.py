"""Values between the process of the tests and that of the student: each arrives as what it was, or is refused."""

from __future__ import annotations

import array
import collections
import copy
import datetime
import decimal
import fractions
import math
import pathlib
import re
import types
import uuid
import zoneinfo
from typing import Any, NamedTuple

import cell_modules
import numpy as np
import pytest
from cell_sides import Sides
from hypothesis import given
from hypothesis import strategies as st

changes, values, wire, written_back = map(cell_modules.load, ("changes", "values", "wire", "written_back"))

Point = collections.namedtuple("Point", "x y")


class Pair(NamedTuple):
    left: int
    right: int = 0


def there(value: Any, libraries: tuple[str, ...] = ()) -> Any:
    """Return the value as the other side gets it."""
    return unpacked(values.ValueCodec(libraries).pack({"value": value}), libraries)


def unpacked(frame: bytes, libraries: tuple[str, ...] = ()) -> Any:
    """Return the value in a frame."""
    start, head_bytes = wire.HEADER.size, wire.HEADER.unpack(frame[: wire.HEADER.size])[0]
    head, body = frame[start:][:head_bytes], frame[start + head_bytes :]
    return values.ValueCodec(libraries).unpack(bytearray(head), bytearray(body))["value"]


def same(first: Any, second: Any) -> bool:
    """Return whether two values are equal, and of equal types all the way down; a nan is equal to a nan."""
    if type(first) is not type(second):
        return False
    if isinstance(first, (list, tuple, collections.deque)):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return same(list(first.items()), list(second.items()))
    if isinstance(first, (set, frozenset)):
        return first == second and collections.Counter(map(type, first)) == collections.Counter(map(type, second))
    if isinstance(first, float):
        return math.copysign(1, first) == math.copysign(1, second) and (first == second or first != first)
    return bool(first == second)


NUMBERS = st.none() | st.booleans() | st.integers() | st.floats() | st.integers(-(2**400), 2**400)
TEXTS = st.text(st.characters(), max_size=9) | st.text(st.characters(categories=["Cs"]), max_size=2)
KEYS = st.recursive(
    NUMBERS.filter(lambda x: x == x) | TEXTS | st.binary(max_size=9),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
DATA = st.recursive(
    NUMBERS | TEXTS | st.binary(max_size=9) | KEYS,
    lambda inner: (
        st.lists(inner, max_size=20)
        | st.lists(inner, max_size=4).map(tuple)
        | st.lists(inner, max_size=4).map(collections.deque)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(KEYS, max_size=4)
    ),
    max_leaves=30,
)


@given(DATA)
def test_plain_data_arrives_as_it_was(value: Any) -> None:
    assert same(there(value), value)


@given(st.sampled_from([st.integers(), st.floats(), st.booleans(), TEXTS]).flatmap(lambda kind: st.lists(kind)))
def test_long_lists_of_one_kind_arrive_as_they_were(value: list[Any]) -> None:
    assert same(there(value * 4), value * 4)
    assert same(there({"a": tuple(value * 4)}), {"a": tuple(value * 4)})


STANDARD = [
    *(1j, complex(-0.0, 2), bytearray(b"ab"), range(3, 9, 2), slice(None, 4), ..., NotImplemented),
    *(collections.OrderedDict(b=1, a=2), collections.Counter("abba"), collections.deque([1, 2], 5)),
    *(collections.defaultdict(int, {"a": 1}), collections.defaultdict(None), {"a": 1}.keys(), {"a": [1]}.items()),
    *(decimal.Decimal("1.50"), decimal.Decimal("-Infinity"), decimal.Decimal("1E+20"), fractions.Fraction(-2, 6)),
    *(datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4), datetime.timedelta(-1, 5, 7)),
    *(datetime.datetime(2024, 2, 29, 1, 2, 3, 4), datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC, fold=1)),
    datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    datetime.timezone(datetime.timedelta(hours=2), "CEST"),
    *(uuid.UUID(int=5), pathlib.Path("a/b"), pathlib.PurePosixPath("/x"), pathlib.PureWindowsPath("c:\\x")),
    *(re.compile("a+", re.I), re.compile(b"x"), array.array("d", [1.5]), types.SimpleNamespace(a=[1], b=2)),
    *(int, object, type, ValueError, type(None), np.float32, np.ndarray, collections.Counter),
    *([True] * 20, [np.float64(0.5)] * 20, [np.bool(True)] * 20, "x" * 5000, b"x" * 5000, ["x" * 3000] * 2, 7**5000),
]  # fmt: skip


@pytest.mark.parametrize("value", STANDARD, ids=lambda value: repr(value)[:40])
def test_values_of_the_standard_library_arrive_as_they_were(value: Any) -> None:
    arrived = there(value)

    assert type(arrived) is type(value)
    assert arrived == value
    assert [type(entry) for entry in arrived] == [type(entry) for entry in value] if isinstance(value, list) else True
    assert getattr(arrived, "maxlen", None) == getattr(value, "maxlen", None)
    assert getattr(arrived, "default_factory", None) is getattr(value, "default_factory", None)


@pytest.mark.parametrize("value", [Point(1, [2]), Pair(3)])
def test_named_tuples_are_tuples_with_names(value: Any) -> None:
    arrived = there(value)

    assert arrived == tuple(value)
    assert isinstance(arrived, tuple)
    assert repr(arrived) == repr(value)
    assert arrived._asdict() == value._asdict()
    assert arrived._replace(**{arrived._fields[0]: 9})[0] == 9
    assert getattr(there(arrived), arrived._fields[1]) == value[1]


ARRAYS = [
    *(np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3).T, np.array(3.5), np.zeros((0, 3))),
    np.zeros((2, 0), "S0"),
    *(np.array([[True, False]]), np.array([1, 2], ">i4"), np.array([1.5], "longdouble"), np.array([1j], "c8")),
    *(np.array(["a", "bcd", ""]), np.array([b"a", b"\x00b"]), np.array([b"ab"], "V2"), np.array([1], "float16")),
    *(np.array(["2024-01-01", "NaT"], "M8[D]"), np.array([1, 2], "m8[25s]"), np.arange(10)[::-3]),
    *(np.array([(1, True, "x")], [("a", "i4"), ("b", "?"), ("c", "U2")]), np.zeros(2, [("a", "f4", (2, 2))])),
    *(np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), np.zeros((1, 2)).view(np.matrix)),
    np.broadcast_to(1.5, (3, 2)),
    *(np.array([1, "a", None], object), np.ma.array([1, 2], mask=[0, 1], fill_value=9), np.ma.array([1.5])),
]  # fmt: skip


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: f"{type(value).__name__} {value.dtype} {value.shape}")
def test_arrays_arrive_with_type_shape_and_order(value: Any) -> None:
    arrived = there(value)

    assert type(arrived) is type(value)
    assert arrived.dtype == value.dtype
    assert arrived.shape == value.shape
    assert arrived.flags.f_contiguous == value.flags.f_contiguous or not value.flags.forc
    assert arrived.flags.writeable == value.flags.writeable
    assert repr(arrived) == repr(value)


SCALARS = [np.float32(1.5), np.int8(-1), np.bool(True), np.complex64(1j), np.str_("ab"), np.bytes_(b"x"), np.str_("")]
SCALARS += [np.datetime64("2024-01-01"), np.timedelta64(5, "s"), np.datetime64("NaT"), np.void(b"ab"), np.longdouble(1)]


@pytest.mark.parametrize("value", SCALARS, ids=repr)
def test_numbers_of_numpy_stay_numbers_of_numpy(value: Any) -> None:
    arrived = there([value, value.dtype])

    assert type(arrived[0]) is type(value)
    assert repr(arrived[0]) == repr(value)
    assert arrived[1] == value.dtype
    assert there(np.ma.masked) is np.ma.masked


def test_an_object_that_stands_twice_arrives_as_one() -> None:
    row, numbers = [0], np.zeros(3)

    board, arrays = there([[row] * 3, {"a": numbers, "b": (numbers,)}])

    assert board[0] is board[1] is board[2]
    assert arrays["a"] is arrays["b"][0]


def test_nan_of_a_library_arrives_as_that_nan() -> None:
    own = float("nan")

    arrived = there([math.nan, np.nan, own])

    assert arrived[0] is math.nan
    assert arrived[1] is np.nan
    assert arrived[2] not in (math.nan, np.nan)


class Listed(list):
    pass


class Holding(values.ValueCodec):
    """Says of objects only that they are one."""

    def encode_object(self, value: Any) -> Any:
        return {"t": "thing", "v": self.encode(type(value).__name__)}

    def decode_object(self, tag: str, payload: Any) -> Any:
        return (tag, self.decode(payload))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda thing: [1, thing], lambda thing: [1, thing]),
        (lambda thing: {"a": (thing,)}, lambda thing: {"a": (thing,)}),
        (lambda thing: {1, thing}, lambda thing: {1, thing}),
        (lambda thing: collections.deque([thing]), lambda thing: collections.deque([thing])),
        (lambda thing: Point(thing, 1), lambda thing: (thing, 1)),
    ],
)
def test_a_container_keeps_its_type_around_an_object(make: Any, expected: Any) -> None:
    frame = Holding().pack({"value": make(values.ValueCodec())})
    head_bytes = wire.HEADER.unpack(frame[:8])[0]
    arrived = Holding().unpack(frame[8:][:head_bytes], frame[8 + head_bytes :])["value"]

    assert arrived == expected(("thing", "ValueCodec"))
    with pytest.raises(TypeError, match="the class ValueCodec cannot travel"):
        there(make(values.ValueCodec()))


@pytest.mark.parametrize("value", [Listed([1]), len, np, lambda: 0, types, Any, iter([])])
def test_what_is_no_data_is_not_taken_for_data(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot travel"):
        there([value])


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def doubled(times: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(times):
        value = [value, value]
    return value


TOO_MUCH = {
    "deep": (nested(200), "nested more than 100 levels"),
    "grows": (doubled(40), "too large or too deep"),
    "large integer": (1 << 2**21, "bits"),
    "broadcast": (np.broadcast_to(0.0, (10**5, 10**5)), "64 MiB"),
    "Decimal": (decimal.Decimal("1e99999"), "too many digits"),
    "Fraction": (fractions.Fraction(1, 3**30000), "bits"),
    "alike keys": (dict.fromkeys((2**61 - 1) * n for n in range(300)), "alike"),
    "many keys": (set(range(0, 2**31, 2**14)), "keys"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_would_take_too_long_is_refused_in_a_sentence(name: str) -> None:
    value, said = TOO_MUCH[name]

    with pytest.raises(wire.WireError, match=said):
        there(value)


def test_a_list_that_holds_itself_is_refused() -> None:
    value: list[Any] = [1]
    value.append({"a": (value,)})

    with pytest.raises(TypeError, match="holds itself"):
        there(value)


def test_a_value_that_is_sent_back_is_the_same_object() -> None:
    sides, rows = Sides(), [[1], np.zeros(2)]

    assert sides.call(lambda given: given[0], rows) is rows[0]
    assert sides.call(lambda given: given[1], rows) is rows[1]
    own = {"a": []}
    here = sides.to_test(own)
    assert sides.to_student(here) is own
    assert sides.to_test([own, own["a"]])[1] is here["a"]


CHANGES = {
    "appends": ([1, 2], lambda x: x.append([3])),
    "sorts rows": ([[3], [1], [2]], lambda x: x.sort()),
    "changes a row": ([[3], [1]], lambda x: x[0].append(5)),
    "changes a row in a tuple": ([([3],), 1], lambda x: x[0][0].append(5)),
    "changes a row by its key": ({"a": {"b": [1]}}, lambda x: x["a"]["b"].clear()),
    "deletes a key": ({"a": 1, "b": 2}, lambda x: x.pop("a", 0)),
    "adds to a set": ({1}, lambda x: x.add(2)),
    "rotates": (collections.deque([1, 2, 3], 4), lambda x: x.rotate(1)),
    "counts": (collections.Counter("aab"), lambda x: x.update("b")),
    "one number of an array": (np.zeros((3, 3)), lambda x: x.__setitem__((1, 1), 5)),
    "bytes": (bytearray(b"ab"), lambda x: x.reverse()),
    "a large array": (np.zeros(10**6), lambda x: x.fill(2)),
    "a zero's sign": ([0.0], lambda x: x.__setitem__(0, -0.0)),
    "a number's type": ([1, 0], lambda x: x.__setitem__(0, True)),
    "an array of objects": (np.array([[1], [2]], object), lambda x: x.__setitem__((0, 0), [9])),
    "an attribute": (types.SimpleNamespace(a=[1]), lambda x: x.a.append(2)),
    "masked": (np.ma.array([1, 2]), lambda x: x.__setitem__(0, np.ma.masked)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_function_changes_in_place_has_changed_in_the_test(name: str) -> None:
    given, change = CHANGES[name]
    here, expected = copy.deepcopy(given), copy.deepcopy(given)
    sides, rows = Sides(), [entry for entry in here if isinstance(entry, list)] if isinstance(here, list) else []
    change(expected)

    sides.call(change, here)
    assert repr(here) == repr(expected)
    assert all(any(entry is row for entry in here) for row in rows)
    change(here)
    change(expected)
    assert repr(sides.to_student(here)) == repr(expected)


def test_changes_of_what_is_not_mentioned_arrive_with_the_next_message() -> None:
    sides, grid = Sides(), [[0]]
    here = sides.to_test(grid)

    grid[0][0] = 5
    sides.to_test("done")
    assert here == [[5]]
    here.append([6])
    sides.to_student("go on")
    assert grid == [[5], [6]]


def test_what_has_not_changed_does_not_travel_again() -> None:
    sides, numbers = Sides(), np.zeros(10**5)

    sides.call(len, numbers)
    sides.call(len, [numbers, 1])
    assert sides.sent_bytes < 200
    sides.test.forget()
    sides.call(len, numbers)
    assert sides.to_test(1) == 1


def test_what_could_not_be_sent_is_as_if_it_had_never_been() -> None:
    sides, row = Sides(), [1]

    with pytest.raises(TypeError, match="cannot travel"):
        sides.to_student([row, len])
    assert sides.call(lambda given: given.append(2), row) is None
    assert row == [1, 2]
    row.append(len)
    with pytest.raises(TypeError, match="cannot travel"):
        sides.to_student(row)
    row.pop()
    row.append(3)
    assert sides.to_student(row) == [1, 2, 3]


def test_values_that_grow_into_each_other_are_refused() -> None:
    sides, first, second = Sides(), [], []
    sides.to_test([first, second])

    first.append(second)
    sides.to_test(first)
    second.append(first)
    with pytest.raises(TypeError, match="holds itself"):
        sides.to_test(second)


def test_each_change_in_place_is_seen() -> None:
    row = [1]
    value = {"a": [row, row], "b": np.zeros(3), "c": {1, 2}, "d": bytearray(b"x"), "e": collections.deque([1])}
    seen = [changes.snapshot(value)]

    for change in (
        lambda: row.append(2),
        lambda: value["b"].__setitem__(1, 5),
        lambda: value["c"].add(3),
        lambda: value["d"].extend(b"y"),
        lambda: value["e"].append(2),
        lambda: value["a"].__setitem__(1, list(row)),
    ):
        assert changes.snapshot(value) == seen[-1]
        change()
        seen.append(changes.snapshot(value))

    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([1, 2], [3]),
        ({"a": 1}, {"b": 2, "a": 3}),
        ({1}, {2, 3}),
        (bytearray(b"ab"), bytearray(b"c")),
        (collections.deque([1]), collections.deque([2, 3])),
        (collections.Counter("ab"), collections.Counter("cc")),
        (np.zeros(3), np.ones(3)),
        (np.zeros((2, 3)), np.ones(6)),
        (np.zeros(2), np.ones(2, int)),
        (types.SimpleNamespace(a=1), types.SimpleNamespace(b=2)),
    ],
    ids=repr,
)
def test_a_change_is_written_back_into_the_same_object(before: Any, after: Any) -> None:
    written_back.write_back(before, after)

    assert repr(before) == repr(after)
    assert getattr(before, "dtype", None) == getattr(after, "dtype", None)


def test_an_array_gets_no_other_number_of_entries() -> None:
    """Another array may look at its bytes, which would no longer be there."""
    array = np.zeros(3)
    with pytest.raises(TypeError):
        written_back.write_back(array, np.ones(4))
    assert array.tolist() == [0, 0, 0]
