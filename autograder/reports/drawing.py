"""Coordinates of a histogram; the template only writes them into SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model.plain_text import points
from .distribution import Bin

_LEFT, _RIGHT, _TOP, _BOTTOM = 4.0, 4.0, 14.0, 30.0  # the counts are above the bars, scale and marks below
_GAP = 2.0
_FULL_GAP = 5.0  # sets the bar of full scores apart from the range before it
_LABEL_WIDTH = 30.0  # of a number below the axis, with air


@dataclass(frozen=True)
class Bar:
    """One rectangle with its count; `title` is the same in words."""

    x: float
    y: float
    width: float
    height: float
    count: int
    title: str
    is_full: bool  # everybody in it has all points


@dataclass(frozen=True)
class Mark:
    """A small triangle below the axis: no line crosses a bar, no label another one."""

    shape: str  # corners of the triangle
    kind: str


@dataclass(frozen=True)
class HistogramDrawing:
    """Everything of the histogram, in the units of its view box."""

    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    caption: str


def draw_histogram(
    bins: Sequence[Bin], mean: float | None, median: float | None, *, size: tuple[float, float] = (620.0, 190.0)
) -> HistogramDrawing:  # fmt: skip
    """Return the drawing of a histogram that has at least one bar, all bars of one width."""
    width, height = size
    base = height - _BOTTOM
    has_full = bins[-1].is_full
    slot = (width - _LEFT - _RIGHT - _FULL_GAP * has_full) / len(bins)
    lefts = [_LEFT + index * slot + _FULL_GAP * entry.is_full for index, entry in enumerate(bins)]
    tallest = max(entry.count for entry in bins) or 1
    bars = []
    for x, entry in zip(lefts, bins, strict=True):
        tall = entry.count / tallest * (base - _TOP)
        bar = (_r(x + _GAP / 2), _r(base - tall), _r(slot - _GAP), _r(tall))
        bars.append(Bar(*bar, entry.count, f"{entry.words}: {entry.count}", entry.is_full))
    values = (("mean", mean), ("median", median))
    return HistogramDrawing(
        width=width,
        height=height,
        base=base,
        bars=tuple(bars),
        ticks=tuple(_ticks(bins, lefts, slot)),
        marks=tuple(
            Mark(_triangle(_place(value, bins, lefts, slot), base), kind) for kind, value in values if value is not None
        ),
        caption="Students by points: " + "; ".join(bar.title for bar in bars if bar.count),
    )


def _place(value: float, bins: Sequence[Bin], lefts: Sequence[float], slot: float) -> float:
    """Return where a value is: within its bar, by its share of the range; in the middle of the bar of one value."""
    index = max((number for number, entry in enumerate(bins) if entry.low <= value), default=0)
    low, high = bins[index].low, bins[index].high
    share = 0.5 if high <= low else (value - low) / (high - low)
    return lefts[index] + min(max(share, 0.0), 1.0) * slot


def _ticks(bins: Sequence[Bin], lefts: Sequence[float], slot: float) -> Iterator[tuple[float, str]]:
    """Yield numbers below the edges of bars, or below the middle of a bar of one value, so few that none touch."""
    every = next((nice for nice in (1, 2, 4, 5, 10) if nice * slot >= _LABEL_WIDTH), 20)
    last = bins[-1]
    end = lefts[-1] + (slot / 2 if last.high <= last.low else slot)
    for index, (x, entry) in enumerate(zip(lefts, bins, strict=True)):
        place = x + slot / 2 if entry.high <= entry.low else x
        if index % every == 0 and place < end - _LABEL_WIDTH * 0.8:
            yield _r(place), points(entry.low)
    yield _r(end), points(last.high)


def _triangle(x: float, base: float) -> str:
    return f"{_r(x)},{_r(base + 2)} {_r(x - 4.5)},{_r(base + 10)} {_r(x + 4.5)},{_r(base + 10)}"


def _r(value: float) -> float:
    return round(value, 2)
