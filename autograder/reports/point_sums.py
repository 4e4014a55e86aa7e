"""Sums of points that never pass for a grade: each says of how many points it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..gradebook.marks import Mark
from ..model.assignment import Item
from ..model.plain_text import points
from .class_scores import known_score


@dataclass(frozen=True)
class PointSum:
    """What was earned in some items, what the marked ones of them are worth, and what all are worth."""

    earned: float
    marked: float
    possible: float

    @property
    def is_whole(self) -> bool:
        """Whether every item has its points."""
        return self.marked == self.possible

    @property
    def share(self) -> float:
        """The part of the marked points that was earned; -1, before every other in a list, where nothing is marked."""
        return self.earned / self.marked if self.marked else -1.0

    @property
    def words(self) -> str:
        """The sum for a sentence."""
        if self.is_whole:
            return f"{points(self.earned)} of {points(self.possible)} points"
        if not self.marked:
            return "not marked yet"
        return f"so far {points(self.earned)} of {points(self.marked)} marked points"


def score_of(mark: Mark, *, refused: bool) -> float | None:
    """Return what counts for an item, None while nobody has marked it; nothing waits in a refused submission."""
    return 0.0 if refused else known_score(mark)


def point_sum(marks: Mapping[str, Mark], items: Iterable[Item], *, refused: bool) -> PointSum:
    """Return the sum over these items; `marks` are by item."""
    items = list(items)
    scores = [(item.points, score_of(marks[item.id], refused=refused)) for item in items]
    return PointSum(
        earned=round(sum(score for _, score in scores if score is not None), 2),
        marked=sum(possible for possible, score in scores if score is not None),
        possible=sum(item.points for item in items),
    )
