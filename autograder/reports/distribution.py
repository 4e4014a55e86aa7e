"""How the points of a class are distributed: statistics, and the bars of a histogram."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.assignment import Assignment
from .class_scores import Outcome, Part, StudentScores

_STEPS = (0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100)
_BARS = 10
_BARS_OF_LARGE_CLASS = 20
_LARGE_CLASS = 60  # fewer students over twenty bars leave gaps that look like a finding
_EMPTY_SHARE = 1 / 4  # of the scale: an end of it where nobody is, and that is longer, is not drawn
_UNITS = (1, 0.5, 0.25)  # points are given in one of these, or in any fraction
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Quartiles:
    """A quarter of the values is at or below `lower`, half at or below `median`, three quarters at or below `upper`."""

    lower: float
    median: float
    upper: float


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: scores from `low` to less than `high`, or of one value where the two are equal."""

    low: float
    high: float
    count: int
    is_full: bool = False  # full points, a bar of their own

    @property
    def words(self) -> str:
        """What it counts, in words."""
        if self.is_full:
            return f"full points ({self.low:g})"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to less than {self.high:g}"


@dataclass(frozen=True)
class Distribution:
    """The points of a class in one part of the homework, late penalties apart.

    Statistics and bars count only students with a score in every item of the part; the others are `unmarked`, or have
    a fault of ours (`faults`).
    """

    part: Part
    possible: float
    totals: tuple[float, ...]  # of those who count, in order
    unmarked: int
    faults: int
    mean: float | None
    spread: float | None  # standard deviation of a sample; None for fewer than two
    quartiles: Quartiles | None
    bins: tuple[Bin, ...]  # may begin above 0 and end below the points possible, where nobody is

    @property
    def counted(self) -> int:
        """How many students count."""
        return len(self.totals)

    @property
    def full(self) -> int:
        """How many have full points."""
        return sum(total >= self.possible for total in self.totals)


def distribution(scores: Sequence[StudentScores], assignment: Assignment, part: Part) -> Distribution:
    """Return how the points of one part of the homework are distributed."""
    items = part.items(assignment)
    possible = sum(item.points for item in items)
    found = [total for student in scores if (total := student.total(items)) is not None] if items else []
    faults = sum(Outcome.FAULT in student.outcomes(items) for student in scores)
    return Distribution(
        part=part,
        possible=possible,
        totals=tuple(sorted(found)),
        unmarked=len(scores) - len(found) - faults if items else 0,
        faults=faults,
        mean=statistics.fmean(found) if found else None,
        spread=spread(found),
        quartiles=quartiles(found),
        bins=tuple(histogram(found, possible)),
    )


def spread(values: Sequence[float]) -> float | None:
    """Return the standard deviation of a sample, as spreadsheets do; None for fewer than two values."""
    return statistics.stdev(values) if len(values) > 1 else None


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """Return the quartiles, between two values by their distance, as spreadsheets do; None for no values."""
    if not values:
        return None
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0])
    return Quartiles(*statistics.quantiles(values, n=4, method="inclusive"))


def histogram(totals: Sequence[float], possible: float) -> list[Bin]:
    """Return bars of one round width, with full points as a bar of their own; none when there is nothing to show.

    An end of the scale where nobody is, and that is longer than a quarter of it, is left out.
    """
    if not totals or possible <= 0:
        return []
    below = [max(total, 0.0) for total in totals if total < possible - _TOLERANCE]
    full = len(totals) - len(below)
    start = 0.0 if full == len(totals) or min(below) <= possible * _EMPTY_SHARE else min(below)
    to_full = full > 0 or max(below) >= possible * (1 - _EMPTY_SHARE)
    end = possible if to_full else max(below)
    step, is_one_value = _step([*below, possible], end - start, is_large=len(totals) >= _LARGE_CLASS)
    last = math.ceil(possible / step - _TOLERANCE) - 1 if to_full else _index(end, step)
    first = last if not below else min(_index(start, step), last)
    counts = Counter(_index(total, step) for total in below)
    bins = []
    for index in range(first, last + 1):
        low = index * step
        bins.append(Bin(low, low if is_one_value else min(low + step, possible), counts[index]))
    return [*bins, Bin(possible, possible, full, is_full=True)] if to_full else bins


def _step(values: Sequence[float], length: float, *, is_large: bool) -> tuple[float, bool]:
    """Return the width of the bars over a scale of this length, and whether only one value falls into each."""
    bars = _BARS_OF_LARGE_CLASS if is_large else _BARS
    unit = next((unit for unit in _UNITS if all(_is_multiple(value, unit) for value in values)), 0.0)
    step = next((step for step in _STEPS if step >= unit and step * bars >= length), length / bars)
    return step, step == unit


def _index(value: float, step: float) -> int:
    return math.floor(value / step + _TOLERANCE)


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - round(value / unit)) < _TOLERANCE
