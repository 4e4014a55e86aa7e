"""The rubric as the answer page shows it: a line for each row with its key, and what it says in HTML."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from ..formats.markdown_to_html import markdown_to_html
from ..gradebook.desk_book import Decision
from ..model.plain_text import points
from ..model.rubric import Criterion, Kind, Rubric

TEN = 10  # rows that have a digit; the next ten have the digits with Shift


@dataclass(frozen=True)
class OneMark:
    """One of two marks that differ."""

    marker: str
    points: str
    decision: Decision


@dataclass(frozen=True)
class Line:
    """One line: a row that can be ticked, or the heading of its parts."""

    id: str
    kind: str
    points: str
    text: Markup
    accept: tuple[Markup, ...] = ()
    refuse: tuple[Markup, ...] = ()
    key: str = ""
    is_heading: bool = False
    is_part: bool = False
    is_ticked: bool = False
    by_formula: bool = False  # the formula check has a say in it
    beforehand: str = ""  # why it is ticked though nobody did it
    markers: tuple[str, ...] = ()  # of two marks that differ: who ticked it


@lru_cache(maxsize=512)
def html_of(markdown: str) -> Markup:
    """Return markdown of instructors and markers as HTML."""
    return markdown_to_html(markdown)


def inline(markdown: str) -> Markup:
    """Return markdown as HTML that can stand in a line, where it is one paragraph."""
    html = html_of(markdown).strip()
    is_one = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return Markup(html[3:-4]) if is_one else html


def lines(
    rubric: Rubric, ticks: Collection[str], beforehand: Mapping[str, str] = {}, both: Sequence[OneMark] = ()
) -> list[Line]:
    """Return the lines of a rubric.

    Args:
        rubric: The rubric.
        ticks: What is ticked.
        beforehand: Of these, what the formula check alone has ticked, and why.
        both: Two marks that differ.
    """
    keys = {row.id: _key(number) for number, row in enumerate(rubric.rows)}
    ticked = rubric.ticked_rows(ticks)
    by_marker = [(mark.marker, rubric.ticked_rows(mark.decision.ticks)) for mark in both]
    return [
        Line(
            criterion.id, str(criterion.kind), signed(criterion), inline(criterion.text),
            tuple(map(inline, criterion.accept)), tuple(map(inline, criterion.refuse)),
            key=keys.get(criterion.id, ""), is_heading=bool(criterion.parts), is_part=is_part,
            is_ticked=criterion.id in ticked, by_formula=criterion.by_formula,
            beforehand=beforehand.get(criterion.id, ""),
            markers=tuple(marker for marker, rows in by_marker if criterion.id in rows),
        )
        for criterion, is_part in _everything(rubric)
    ]  # fmt: skip


def signed(criterion: Criterion) -> str:
    """Return what a tick does, in short."""
    number = points(criterion.points)
    return {Kind.POINTS: f"+{number}", Kind.DEDUCTION: f"−{number}", Kind.CAP: f"at most {number}"}[criterion.kind]


def _key(number: int) -> str:
    return str((number + 1) % TEN) if number < TEN else f"⇧{(number + 1) % TEN}"


def _everything(rubric: Rubric) -> Iterator[tuple[Criterion, bool]]:
    for criterion in rubric.criteria:
        yield criterion, False
        for part in criterion.parts:
            yield part, True
