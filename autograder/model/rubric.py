"""A rubric: the points, deductions and caps of one item that a person marks, and the score of what is ticked."""

import json
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

# A row is ticked by a key: the ten digits, and the ten digits with Shift. More rows would have no key.
MOST_ROWS = 20


class Kind(StrEnum):
    """What a tick does."""

    POINTS = "points"  # earns them
    DEDUCTION = "deduction"  # takes them off
    CAP = "cap"  # the item earns at most so many then


@dataclass(frozen=True)
class Criterion:
    """One thing that can be ticked, or the heading of its parts."""

    id: str  # stays the same while the rubric changes: "1", "2.1"
    kind: Kind
    points: float  # never negative, also those of a deduction
    text: str  # markdown; students read it
    accept: tuple[str, ...] = ()  # only for the marker, like `refuse`
    refuse: tuple[str, ...] = ()
    parts: tuple["Criterion", ...] = ()  # their points sum to those of the whole
    # The formula check ticks it: a point when the formula is right, a deduction when only a sign is wrong.
    by_formula: bool = False

    @property
    def leaves(self) -> tuple["Criterion", ...]:
        """What is ticked: the parts, or the criterion itself."""
        return self.parts or (self,)


@dataclass(frozen=True)
class Rubric:
    """The rubric of one item; one without criteria leaves the mark to the adjustment alone."""

    item: str
    most: float
    criteria: tuple[Criterion, ...] = ()
    notes: tuple[str, ...] = ()  # for the marker, about the item as a whole
    newest: int = 0  # highest number in any id that an earlier version has given; none is given twice

    @property
    def rows(self) -> tuple[Criterion, ...]:
        """What has a key, in order."""
        return tuple(leaf for criterion in self.criteria for leaf in criterion.leaves)

    def everything(self) -> Iterator[Criterion]:
        """Yield each criterion, followed by its parts."""
        for criterion in self.criteria:
            yield criterion
            yield from criterion.parts

    def ticked_rows(self, ticks: Collection[str]) -> frozenset[str]:
        """Return the ids of the rows that `ticks` names: a whole stands for its parts, unknown ids for nothing."""
        return frozenset(
            leaf.id
            for criterion in self.criteria
            for leaf in criterion.leaves
            if leaf.id in ticks or criterion.id in ticks
        )

    def score(self, ticks: Collection[str], adjustment: float = 0.0) -> float:
        """Return what is earned: points less deductions plus adjustment, under every ticked cap, within 0 to `most`.

        Raises:
            ValueError: The adjustment is no finite number.
        """
        if not math.isfinite(adjustment):
            raise ValueError(f"An adjustment is a number of points, not {adjustment}.")
        ticked = [row for row in self.rows if row.id in self.ticked_rows(ticks)]
        earned = exact_sum([*(_signed(row) for row in ticked), adjustment])
        caps = (row.points for row in ticked if row.kind is Kind.CAP)
        return max(0.0, min(earned, self.most, *caps))

    def to_json(self) -> str:
        """Return the rubric as one line of JSON, which `from_json` reads."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rubric that `to_json` wrote."""
        fields = json.loads(text)
        criteria = tuple(map(_criterion, fields.pop("criteria")))
        return cls(**{**fields, "criteria": criteria, "notes": tuple(fields["notes"])})


def exact_sum(numbers: Iterable[float]) -> float:
    """Return the sum as people write it: 0.1 and 0.2 make 0.3."""
    return float(sum((Decimal(repr(float(number))) for number in numbers), Decimal(0)))


def _signed(row: Criterion) -> float:
    return {Kind.POINTS: row.points, Kind.DEDUCTION: -row.points, Kind.CAP: 0.0}[row.kind]


def _criterion(fields: dict[str, Any]) -> Criterion:
    several = {name: tuple(fields[name]) for name in ("accept", "refuse")}
    parts = tuple(map(_criterion, fields["parts"]))
    return Criterion(**{**fields, **several, "kind": Kind(fields["kind"]), "parts": parts})
