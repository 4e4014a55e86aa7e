"""What the formula check ticks in a rubric before a person looks."""

import re
from collections.abc import Iterator

from ..model.report import FormulaStatus
from ..model.rubric import Criterion, Kind, Rubric

_ONLY_A_SIGN = re.compile(r"\bsign\b")  # in a diagnosis


def pre_ticked(rubric: Rubric, status: FormulaStatus | str | None, diagnosis: str | None) -> frozenset[str]:
    """Return the ids of the rows that the formula check ticks.

    A right formula ticks the point that is marked as decided by the check. One whose sign alone is wrong ticks it as
    well, with the deduction for a wrong sign; without such a deduction, and for any other formula, nothing is ticked.
    """
    points, signs = (frozenset(row.id for row in formula_rows(rubric, kind)) for kind in (Kind.POINTS, Kind.DEDUCTION))
    if status == FormulaStatus.RIGHT:
        return points
    if status == FormulaStatus.WRONG and signs and _ONLY_A_SIGN.search(diagnosis or ""):
        return points | signs
    return frozenset()


def suggested_points(
    rubric: Rubric, status: FormulaStatus | str | None, diagnosis: str | None
) -> tuple[float, float] | None:
    """Return (points, of how many) that the formula check suggests; None where a person has to decide."""
    points = rubric.ticked_rows([row.id for row in formula_rows(rubric, Kind.POINTS)])
    if not points or status not in (FormulaStatus.RIGHT, FormulaStatus.WRONG):
        return None
    return rubric.score(pre_ticked(rubric, status, diagnosis)), rubric.score(points)


def formula_rows(rubric: Rubric, kind: Kind) -> Iterator[Criterion]:
    """Yield the rows of one kind that the formula check decides."""
    for entry in rubric.everything():
        if entry.by_formula and entry.kind is kind:
            yield from entry.leaves
