"""The points of a marked answer as its student reads them: earned, missed, taken off, and why."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.given_ticks import Given
from ..model.plain_text import points
from ..model.rubric import Criterion, Kind, Rubric, exact_sum
from .typeset import NOTHING, strict_line

# What may end the first clause of a point; dollars stand around mathematics, and brackets around an aside.
_CLAUSE = re.compile(r"((?:\$[^$]*\$|\([^()]*\)|`[^`]*`|[^$:;.]|[:;.](?!\s|$))*)", re.DOTALL)
SHORTEST_CLAUSE = 12  # characters; a shorter one says nothing without what follows it


@dataclass(frozen=True)
class Line:
    """One point of the rubric: what it says and what became of it. Nothing of it is for markers only."""

    kind: str  # "earned", "missed", "partly" earned of what can be earned, or "off" for what was taken
    sign: str
    word: str
    points: str
    text: Markup
    is_part: bool = False
    lost: float = 0.0
    reason: Markup = NOTHING  # the text in short


def lines(rubric: Rubric, given: Given) -> list[Line]:
    """Return the points of a rubric with what was ticked; deductions and caps only where they were applied."""
    ticked = rubric.ticked_rows(given.ticks)
    found = []
    for criterion in rubric.criteria:
        if criterion.kind is Kind.POINTS:
            found += [_point(criterion, ticked), *(_point(part, ticked, is_part=True) for part in criterion.parts)]
        elif criterion.id in ticked:
            found.append(_taken(criterion))
    return found


def _point(criterion: Criterion, ticked: frozenset[str], *, is_part: bool = False) -> Line:
    earned = exact_sum(leaf.points for leaf in criterion.leaves if leaf.id in ticked)
    lost = criterion.points - earned
    kind, sign, word = ("earned", "✓", "earned") if not lost else ("partly", "◐", "partly earned")
    if not earned and lost:
        kind, sign, word = "missed", "✗", "missed"
    score = f"{points(earned)} of {points(criterion.points)}"
    leads = 0.0 if criterion.parts else lost  # the parts say it
    return Line(
        kind, sign, word, score, strict_line(criterion.text), is_part, leads, strict_line(in_short(criterion.text))
    )


def _taken(criterion: Criterion) -> Line:
    is_cap = criterion.kind is Kind.CAP
    score = f"at most {points(criterion.points)}" if is_cap else f"−{points(criterion.points)}"
    word = "limits the points" if is_cap else "taken off"
    lost = 0.0 if is_cap else criterion.points
    return Line(
        "off", "▼", word, score, strict_line(criterion.text), lost=lost, reason=strict_line(in_short(criterion.text))
    )


def reasons(found: list[Line]) -> Iterator[Line]:
    """Yield what cost points, the most costly first; a cap, whose cost depends on the others, at the end."""
    costly = [line for line in found if line.lost > 0 or (line.kind == "off" and not line.lost)]
    yield from sorted(costly, key=lambda line: -line.lost)


def in_short(markdown: str) -> str:
    """Return the first clause of a text without the words that only join it to its points."""
    text = " ".join(markdown.split()).removeprefix("for ")
    clause = _CLAUSE.match(text)
    short = clause[1].strip().rstrip(",") if clause else ""
    return short if len(short) >= SHORTEST_CLAUSE else text.rstrip(".")
