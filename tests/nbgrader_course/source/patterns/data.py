# %% text
# Data of every kind

# %% given
import datetime
import decimal
import fractions
import hashlib
from math import isclose

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose, assert_array_equal

# %% solution squares
def squares(n):
    """Return the squares of 1 to n as a list; raise ValueError for n < 1."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    return [i**2 for i in range(1, n + 1)]
    ### END SOLUTION

# %% test squares_values 2
"""squares gives the squares of 1 to n"""
assert squares(1) == [1]
assert squares(2) == [1, 4]
### BEGIN HIDDEN TESTS
assert squares(10) == [1, 4, 9, 16, 25, 36, 49, 64, 81, 100], "look at the last numbers"
assert len(squares(11)) == 11
### END HIDDEN TESTS

# %% test squares_types 1
"""squares gives a list of int"""
found = squares(3)
assert isinstance(found, list)
assert type(found) is list and all(type(x) == int for x in found)
assert not isinstance(found, np.ndarray)

# %% test squares_partial 4
# One point for each of four values of n.
points = 0
for n in (1, 2, 5, 7):
    if squares(n) == [k * k for k in range(1, n + 1)]:
        points += 1
points

# %% solution fractions
def mean(numbers):
    """Return the mean of numbers as a float."""
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION


def exact_mean(numbers):
    """Return the mean of whole numbers as a Fraction."""
    ### BEGIN SOLUTION
    return fractions.Fraction(sum(numbers), len(numbers))
    ### END SOLUTION


def to_cents(text):
    """Return an amount like "3.10" as a Decimal in cents."""
    ### BEGIN SOLUTION
    return decimal.Decimal(text) * 100
    ### END SOLUTION

# %% test mean_values 2
assert isclose(mean([1, 2, 4]), 7 / 3)
assert abs(mean((0.1, 0.2)) - 0.15) < 1e-12
assert isinstance(mean([2, 4]), float)
assert mean({1, 3}) == 2.0 == mean(range(5))
assert round(mean([1, 2]), 1) == 1.5

# %% test exact_values 2
assert exact_mean([1, 2]) == fractions.Fraction(3, 2)
assert exact_mean([1, 2]).denominator == 2
assert to_cents("3.10") == 310
assert isinstance(to_cents("0.1"), decimal.Decimal)
assert to_cents("0.1") + to_cents("0.2") == decimal.Decimal(30)

# %% solution words
def count_words(text):
    """Return how often each word occurs, in lower case."""
    ### BEGIN SOLUTION
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts
    ### END SOLUTION


def vowels(word):
    """Return the set of vowels of a word."""
    ### BEGIN SOLUTION
    return {letter for letter in word.lower() if letter in "aeiou"}
    ### END SOLUTION


def first_and_last(words):
    """Return the first and the last of the words in order of the alphabet, as a tuple."""
    ### BEGIN SOLUTION
    return min(words), max(words)
    ### END SOLUTION

# %% test count_words_values 2
counts = count_words("the cat and The dog and THE end")
assert counts == {"the": 3, "cat": 1, "and": 2, "dog": 1, "end": 1}
assert sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2] == [("the", 3), ("and", 2)]
assert "bird" not in counts and counts.get("bird", 0) == 0
assert count_words("") == {}

# %% test vowels_values 1
assert vowels("Education") == set("aeiou")
assert vowels("Why") == set()
assert {"a"} <= vowels("banana") and vowels("banana").isdisjoint("eiou")

# %% test first_and_last_values 1
assert first_and_last(["pear", "fig", "apple"]) == ("apple", "pear")
first, last = first_and_last(["b"])
assert first == last == "b"
assert isinstance(first_and_last("xyz"), tuple)

# %% solution nested
def report(marks):
    """Return for each student a dict with the marks, their mean and whether all are passed (50 or more)."""
    ### BEGIN SOLUTION
    return {
        student: {"marks": list(values), "mean": sum(values) / len(values), "passed": all(v >= 50 for v in values)}
        for student, values in marks.items()
    }
    ### END SOLUTION

# %% test report_values 3
table = report({"ada": [90, 80], "ben": (40, 60)})
assert table == {
    "ada": {"marks": [90, 80], "mean": 85.0, "passed": True},
    "ben": {"marks": [40, 60], "mean": 50.0, "passed": False},
}
assert table["ada"]["passed"] is True and table["ben"]["passed"] is False
assert list(table) == ["ada", "ben"]
table["ada"]["marks"].append(1)
assert table["ada"]["marks"][-1] == 1

# %% solution answers
# Three answers in one cell: how many days has 2024, what is 2 to the power of 100, which city is the capital of Peru?
days = None
power = None
capital = None
### BEGIN SOLUTION
days = 366
power = 2**100
capital = "Lima"
### END SOLUTION

# %% test days_hashed 1
assert hashlib.md5(str(days).encode()).hexdigest() == "5ef698cd9fe650923ea331c15af3b160"

# %% test power_hashed 1
digest = hashlib.sha256(str(power).encode("utf-8")).hexdigest()
assert digest == "5ee7924f903dfefa9253b5f63147f53433516da9daf01f6e729331dcf31b28c6"
assert type(power) is int

# %% test capital_hashed 1
assert isinstance(capital, str), "capital is a str"
assert hashlib.sha1(capital.strip().lower().encode()).hexdigest() == "0c1a4b1f895577355377d0143bfb146103215c83"

# %% solution odd_kinds
def kinds():
    """Return a complex number, bytes, a frozenset, None, a date, a timedelta and a range, in a list."""
    ### BEGIN SOLUTION
    date = datetime.date(2024, 2, 29)
    return [1 + 2j, b"\x00\xff", frozenset({1, 2}), None, date, datetime.timedelta(days=2), range(3)]
    ### END SOLUTION

# %% test kinds_values 2
number, data, numbers, nothing, day, span, some = kinds()
assert number.imag == 2 and abs(number) == 5**0.5
assert data[1] == 255 and isinstance(data, bytes)
assert numbers == {1, 2} and hash(numbers) == hash(frozenset([2, 1]))
assert nothing is None
assert (day + span).isoformat() == "2024-03-02" and day.strftime("%d.%m.") == "29.02."
assert list(some) == [0, 1, 2] and 3 not in some

# %% solution arrays
def scale(x, low=0.0, high=1.0):
    """Return x scaled to [low, high], of the dtype float64; x stays as it is."""
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    return low + (x - x.min()) * (high - low) / (x.max() - x.min())
    ### END SOLUTION


def of_types():
    """Return arrays of int32, float32, complex128, bool, str, datetime64 and a structured one, by name."""
    ### BEGIN SOLUTION
    return {
        "int32": np.arange(4, dtype=np.int32),
        "float32": np.linspace(0, 1, 3, dtype=np.float32),
        "complex": np.array([1j, -1j]),
        "bool": np.array([True, False]),
        "str": np.array(["ab", "cde"]),
        "date": np.array(["2024-02-28", "2024-02-29"], dtype="datetime64[D]"),
        "rows": np.array([(1, 2.5)], dtype=[("n", "i4"), ("x", "f8")]),
    }
    ### END SOLUTION


def identity_like(x):
    """Return the identity matrix with as many rows as x."""
    ### BEGIN SOLUTION
    return np.eye(len(x))
    ### END SOLUTION

# %% test scale_values 3
x = np.array([1, 2, 3])
assert_allclose(scale(x), [0, 0.5, 1])
np.testing.assert_allclose(scale(x, high=4), [0, 2, 4], rtol=1e-9)
assert np.allclose(scale([[0, 10], [5, 2.5]], -1, 1), [[-1, 1], [0, -0.5]])
assert scale(x).dtype == np.float64 and scale(x).shape == (3,)
assert_array_equal(x, [1, 2, 3])
assert (scale(x) >= 0).all() and scale(x).max() == 1

# %% test dtypes_values 3
made = of_types()
assert {name: made[name].dtype.kind for name in made} == dict(
    int32="i", float32="f", complex="c", bool="b", str="U", date="M", rows="V"
)
assert made["int32"].dtype == "int32" and made["int32"].sum() == 6
assert made["float32"].dtype is np.dtype(np.float32)
assert np.isrealobj(made["complex"]) is False and made["complex"][0] == 1j
assert made["bool"].any() and not made["bool"].all()
assert made["str"].tolist() == ["ab", "cde"]
assert (made["date"][1] - made["date"][0]) == np.timedelta64(1, "D")
assert made["rows"]["x"][0] == 2.5 and made["rows"].dtype.names == ("n", "x")

# %% test identity_values 1
for size in (0, 1, 5):
    np.testing.assert_equal(identity_like(np.zeros((size, 2))), np.eye(size))
assert isinstance(identity_like([1]), np.ndarray)
assert isinstance(identity_like([1])[0, 0], (float, np.floating))

# %% given
temperatures = pd.DataFrame(
    {"city": ["Lima", "Oslo", "Lima", "Oslo"], "month": [1, 1, 7, 7], "degrees": [23.0, -4.0, 16.0, np.nan]}
)

# %% solution frames
def warmest(frame):
    """Return the highest temperature by city as a Series."""
    ### BEGIN SOLUTION
    return frame.groupby("city")["degrees"].max()
    ### END SOLUTION


def in_fahrenheit(frame):
    """Return a copy of the frame with a column `fahrenheit`."""
    ### BEGIN SOLUTION
    return frame.assign(fahrenheit=frame["degrees"] * 9 / 5 + 32)
    ### END SOLUTION


lima = None
### BEGIN SOLUTION
lima = temperatures[temperatures.city == "Lima"]
### END SOLUTION

# %% test warmest_values 2
found = warmest(temperatures)
assert isinstance(found, pd.Series)
assert found["Lima"] == 23 and found.loc["Oslo"] == -4
pd.testing.assert_series_equal(found, pd.Series({"Lima": 23.0, "Oslo": -4.0}), check_names=False)

# %% test fahrenheit_values 2
found = in_fahrenheit(temperatures)
assert list(found.columns) == ["city", "month", "degrees", "fahrenheit"]
assert found.shape == (4, 4) and found["fahrenheit"].isna().sum() == 1
assert found.equals(temperatures.assign(fahrenheit=temperatures.degrees * 1.8 + 32)) or np.allclose(
    found.fahrenheit.dropna(), [73.4, 24.8, 60.8]
)
assert "fahrenheit" not in temperatures
assert found.dtypes["degrees"] == float

# %% test lima_values 1
assert isinstance(lima, pd.DataFrame) and len(lima) == 2
assert lima.index.tolist() == [0, 2]
assert lima["degrees"].mean() == 19.5

# %% solution collections
import re
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from pathlib import Path

Point = namedtuple("Point", "x y")


def middle(points):
    """Return the mean of points (x, y) as a Point."""
    ### BEGIN SOLUTION
    return Point(sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))
    ### END SOLUTION


def last_lines(lines, n):
    """Return the last n lines as a deque."""
    ### BEGIN SOLUTION
    return deque(lines, maxlen=n)
    ### END SOLUTION


def letters(text):
    """Return a Counter of the letters, and a dict of lists (a defaultdict) with their places."""
    ### BEGIN SOLUTION
    places = defaultdict(list)
    for place, letter in enumerate(text):
        places[letter].append(place)
    return Counter(text), places
    ### END SOLUTION


def find_year(text):
    """Return the match of the first number of four digits, None for none."""
    ### BEGIN SOLUTION
    return re.search(r"(?P<year>\d{4})", text)
    ### END SOLUTION


def with_suffix(name, suffix):
    """Return the Path of a file with another suffix."""
    ### BEGIN SOLUTION
    return Path(name).with_suffix(suffix)
    ### END SOLUTION

# %% test middle_values 1
found = middle([(0, 0), (4, 2)])
assert found == (2, 1) and found.x == 2 and found.y == 1
assert isinstance(found, tuple) and found._fields == ("x", "y")
x, y = found
assert x + y == 3

# %% test last_lines_values 1
found = last_lines("abcd", 2)
assert isinstance(found, deque) and list(found) == ["c", "d"] and found.maxlen == 2
found.append("e")
assert found[0] == "d" and len(found) == 2

# %% test letters_values 1
counts, places = letters("abca")
assert counts == Counter(a=2, b=1, c=1) and counts.most_common(1) == [("a", 2)] and counts["z"] == 0
assert dict(places) == {"a": [0, 3], "b": [1], "c": [2]} and isinstance(places, dict)

# %% test find_year_values 1
found = find_year("in 1969, not in 2001")
assert found is not None and found.group("year") == "1969" and found.start() == 3
assert find_year("never") is None

# %% test with_suffix_values 1
assert with_suffix("a/b.txt", ".csv") == Path("a/b.csv")
assert isinstance(with_suffix("b.c", ".d"), Path) and with_suffix("b.c", ".d").name == "b.d"
