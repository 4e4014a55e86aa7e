# %% given
from collections import Counter, defaultdict

# %% solution squares
def squares(n):
    result = []
    assert_positive(n)
    while len(result) < n:
        result.append((len(result) + 1) * (len(result) + 1))
    return result


def assert_positive(n):
    if not n > 0:
        raise ValueError("at least 1")

# %% solution fractions
mean = lambda numbers: float(np.mean(list(numbers)))


def exact_mean(numbers):
    total = fractions.Fraction()
    for number in numbers:
        total += number
    return total / len(numbers)


def to_cents(text):
    return decimal.Decimal(text).scaleb(2)

# %% solution words
def count_words(text):
    return Counter(text.lower().split())


def vowels(word):
    return frozenset("aeiou").intersection(word.lower())


def first_and_last(words):
    ordered = sorted(words)
    return ordered[0], ordered[-1]

# %% solution nested
def report(marks):
    made = defaultdict(dict)
    for student in marks:
        made[student]["marks"] = [*marks[student]]
        made[student]["mean"] = np.mean(marks[student])
        made[student]["passed"] = min(marks[student]) >= 50
    return made

# %% solution answers
days = 365 + 1
power = pow(2, 100)
capital = " LIMA "

# %% solution odd_kinds
def kinds():
    return (
        complex(1, 2), bytes([0, 255]), frozenset([1, 2, 1]), None, datetime.date.fromisoformat("2024-02-29"),
        datetime.timedelta(hours=48), range(0, 3, 1),
    )

# %% solution arrays
def scale(x, low=0.0, high=1.0):
    x = np.array(x)
    return np.interp(x, (x.min(), x.max()), (low, high))


def of_types():
    return dict(
        int32=np.array([0, 1, 2, 3], "<i4"), float32=np.float32([0, 0.5, 1]), complex=1j * np.array([1, -1]),
        bool=np.arange(2) < 1, str=np.array("ab cde".split()),
        date=np.arange("2024-02-28", "2024-03-01", dtype="datetime64[D]"),
        rows=np.rec.fromarrays([[1], [2.5]], names="n,x"),
    )


def identity_like(x):
    made = np.zeros((len(x), len(x)), order="F")
    np.fill_diagonal(made, 1)
    return made

# %% solution frames
def warmest(frame):
    return pd.Series({city: part.degrees.max() for city, part in frame.groupby("city")})


def in_fahrenheit(frame):
    frame = frame.copy()
    frame["fahrenheit"] = [c * 1.8 + 32 for c in frame.degrees]
    return frame


lima = temperatures.query("city == 'Lima'").copy()

# %% solution collections
import re
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class Point(NamedTuple):
    x: float
    y: float


def middle(points):
    return Point(*np.mean(points, axis=0).tolist())


def last_lines(lines, n):
    lines = deque(lines)
    return deque(list(lines)[len(lines) - n :], n)


def letters(text):
    counts, places = Counter(), OrderedDict()
    for place, letter in enumerate(text):
        counts[letter] += 1
        places.setdefault(letter, []).append(place)
    return counts, places


def find_year(text):
    return next(re.finditer("(?P<year>[0-9]{4})", text), None)


def with_suffix(name, suffix):
    return Path(name[: name.rindex(".")] + suffix)
