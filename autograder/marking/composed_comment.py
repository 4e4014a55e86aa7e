"""What a student reads about a marked answer: the points earned and lost, the adjustment, and the marker's comment."""

import re
from collections.abc import Collection, Iterator

from ..model.rubric import Criterion, Kind, Rubric, exact_sum

# Characters. A row of a real scheme has 300, a long comment 2,000; what is longer is cut, so that one slip of the
# clipboard fills neither the gradebook nor a page.
MOST_TEXT = 1_000
MOST_COMMENT = 10_000
CUT = " [...]"

_FENCE = re.compile(r"^ *(`{3,}|~{3,})", re.MULTILINE)


def composed(
    rubric: Rubric,
    ticks: Collection[str],
    adjustment: float = 0.0,
    *,
    reason: str = "",
    comment: str = "",
    show_rubric: bool = True,
) -> str:
    """Return markdown for the student; nothing that is only for markers is in it.

    Args:
        rubric: The rubric of the item.
        ticks: Ids of what is ticked.
        adjustment: Points that the marker gave or took besides.
        reason: Why; shown only with an adjustment.
        comment: The marker's own words, in markdown.
        show_rubric: Whether the points are listed; else there are only the adjustment and the comment.
    """
    parts = []
    adjusted = _adjusted(adjustment, reason)
    if show_rubric and _is_full(rubric, ticks) and not adjustment:
        parts.append(f"**{rubric.most:g} of {rubric.most:g}**: all points.")
    elif show_rubric and rubric.criteria:
        parts.append("\n".join([*_lines(rubric, ticks), *(f"- {line}" for line in adjusted)]))
    else:
        parts += adjusted
    if own := _bounded(comment.strip(), MOST_COMMENT):
        parts.append(own)
    return "\n\n".join(parts)


def _is_full(rubric: Rubric, ticks: Collection[str]) -> bool:
    """Whether every point is ticked, and nothing else."""
    points = {row.id for row in rubric.rows if row.kind is Kind.POINTS}
    return bool(points) and rubric.ticked_rows(ticks) == points


def _lines(rubric: Rubric, ticks: Collection[str]) -> Iterator[str]:
    ticked = rubric.ticked_rows(ticks)
    for criterion in rubric.criteria:
        if criterion.kind is Kind.POINTS:
            yield _point(criterion, ticked)
            yield from (_point(part, ticked, indent="  ") for part in criterion.parts)
        elif criterion.id in ticked:
            said = "-" if criterion.kind is Kind.DEDUCTION else "at most "
            yield _bullet(f"**{said}{criterion.points:g}** {_bounded(criterion.text, MOST_TEXT)}")


def _point(criterion: Criterion, ticked: Collection[str], indent: str = "") -> str:
    earned = exact_sum(leaf.points for leaf in criterion.leaves if leaf.id in ticked)
    return _bullet(f"**{earned:g} of {criterion.points:g}** {_bounded(criterion.text, MOST_TEXT)}", indent)


def _adjusted(adjustment: float, reason: str) -> list[str]:
    if not adjustment:
        return []
    why = _bounded(" ".join(reason.split()), MOST_TEXT)
    return [f"**{adjustment:+g}** {why or 'adjusted by the marker'}"]


def _bullet(text: str, indent: str = "") -> str:
    first, *more = text.split("\n")
    return "\n".join([f"{indent}- {first}", *(f"{indent}  {line}".rstrip() for line in more)])


def _bounded(text: str, most: int) -> str:
    """Return a text of bounded size that leaves no code block open, which would swallow what follows it."""
    short = text if len(text) <= most else text[:most].rstrip() + CUT
    fences = _FENCE.findall(short)
    return f"{short}\n{fences[-1]}" if len(fences) % 2 else short
