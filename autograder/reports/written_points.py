"""What a person decided about one answer, for the class report: what cost points, and the marker's own words."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from ..gradebook.given_ticks import ItemTicks
from ..gradebook.marks import Mark
from ..model.plain_text import one_line, paragraph
from .rubric_points import lines, reasons
from .typeset import strict_line

_TEXT_LIMIT = 400  # characters of a row of a rubric; the longest of a real scheme has 300
_COMMENT_LIMIT, _COMMENT_LINES = 600, 8


@dataclass(frozen=True)
class WrittenPoints:
    """The rows of the rubric that cost points, and the marker's own words."""

    lost: tuple[tuple[str, Markup], ...]  # points, text
    comment: str


def written_points(ticks: ItemTicks | None, student: str, mark: Mark) -> WrittenPoints:
    """Return what one student lost; without ticks of the desk the comment says it."""
    given = ticks.given.get(student) if ticks is not None else None
    if ticks is None or given is None:
        return WrittenPoints((), paragraph(mark.comment, _COMMENT_LIMIT, _COMMENT_LINES))
    lost = [(line.points, line.reason) for line in reasons(lines(ticks.rubric, given))]
    if given.adjustment:
        reason = one_line(given.reason, _TEXT_LIMIT) or "adjusted by the marker"
        lost.append((f"{given.adjustment:+g}", escape(reason)))
    return WrittenPoints(tuple(lost), paragraph(given.comment, _COMMENT_LIMIT, _COMMENT_LINES))


def row_html(markdown: str) -> Markup:
    """Return a row of a rubric as safe HTML: mark schemes write `for the sign`, a list `The sign`."""
    text = one_line(markdown, _TEXT_LIMIT).removeprefix("for ")
    return strict_line(text[:1].upper() + text[1:])
