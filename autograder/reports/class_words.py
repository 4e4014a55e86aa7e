"""The figures of a class as the report words and draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..gradebook.desk_seconds import summed
from ..gradebook.desk_types import Pair
from ..model.assignment import Assignment
from ..model.plain_text import counted, one_line, points
from ..model.submission_status import SENTENCE_LIMIT
from .class_figures import ClassFigures
from .class_scores import Part
from .distribution import Distribution
from .drawing import HistogramDrawing, draw_histogram
from .item_figures import ItemFigures
from .losses import Loss, LossKind
from .written_points import row_html

MOST_EXPLAINED, _MOST_REASONS = 6, 2  # items, and reasons of each
_FEWEST_FOR_QUARTERS, _FEWEST_FOR_CHART = 4, 5  # students; bars of fewer only seem to have a shape
_TITLES = {Part.ALL: "All items", Part.CHECKS: "Graded by checks", Part.PERSON: "Marked by people"}
_ALONE, _LARGE, _SMALL = (960.0, 230.0), (620.0, 270.0), (310.0, 110.0)
# What became of it, before what it is: a rubric point and a check are sentences about right work.
_BECAME = {
    LossKind.CHECK: "failed the check:",
    LossKind.POINT: "missed:",
    LossKind.DEDUCTION: "lost points by:",
    LossKind.CAP: "were held back by:",
    LossKind.ALL_CHECKS: "failed all checks, for one reason.",
    LossKind.NOT_ATTEMPTED: "did not attempt it.",
}


_OF_MARKED = (LossKind.POINT, LossKind.DEDUCTION, LossKind.CAP)


@dataclass(frozen=True)
class Chart:
    """One distribution: its drawing, and a line above it."""

    title: str
    line: str
    drawing: HistogramDrawing


@dataclass(frozen=True)
class LossLine:
    """One reason for lost points: how many students, what became of it, and what it is."""

    share: str
    became: str
    text: Markup


@dataclass(frozen=True)
class Explain:
    """An item to explain again: points lost on average, and what most students missed."""

    title: str
    lost: str
    possible: float
    reasons: tuple[LossLine, ...]


@dataclass(frozen=True)
class ItemRow:
    """One item of the table."""

    figures: ItemFigures
    share: float | None  # of its points that the class earned
    spread: str
    discrimination: str
    lost: LossLine | None


@dataclass(frozen=True)
class ItemGroup:
    """The items that checks grade, or those that people mark."""

    title: str
    key: str
    word: str
    possible: float
    rows: tuple[ItemRow, ...]


def charts(figures: ClassFigures) -> list[Chart]:
    """Return the distributions that have somebody in them; the whole homework first and largest."""
    shown = [part for part in figures.parts if part.counted >= _FEWEST_FOR_CHART]
    sizes = [_ALONE] if len(shown) == 1 else [_SMALL] * 2 if len(shown) == 2 else [_LARGE, _SMALL, _SMALL]
    found = []
    for part, size in zip(shown, sizes, strict=False):
        median = part.quartiles.median if part.quartiles else None
        title = f"{_TITLES[part.part] if len(figures.parts) > 1 else 'Points'}, of {points(part.possible)}"
        found.append(Chart(title, _line(part), draw_histogram(part.bins, part.mean, median, size=size)))
    return found


def _line(part: Distribution) -> str:
    """Return the statistics of a distribution in words; how many it counts where that is not everybody."""
    words = []
    if part.quartiles is not None and part.mean is not None:
        lower, median, upper, mean = (
            points(round(value, 1))
            for value in (part.quartiles.lower, part.quartiles.median, part.quartiles.upper, part.mean)
        )
        words += [f"median {median}", f"mean {mean}"]
        words += [f"middle half {lower} to {upper}"] if part.counted >= _FEWEST_FOR_QUARTERS else []
    if left_out := part.unmarked + part.faults:
        why = " and ".join(
            word for number, word in ((part.unmarked, "answers to mark"), (part.faults, "a grader fault")) if number
        )
        words.append(f"{counted(part.counted, 'student')}, without {left_out} with {why}")
    return " · ".join(words)


def explain_rows(figures: ClassFigures) -> list[Explain]:
    """Return the items that cost a student most, and what was missed most often in each."""
    reasons: dict[str, list[Loss]] = {}
    for loss in figures.explain_again:
        reasons.setdefault(loss.item.id, []).append(loss)
    waiting = {entry.item.id for entry in figures.items if entry.unmarked}
    lost = [(entry.item.points - entry.mean, entry.item) for entry in figures.items if entry.mean is not None]
    shown = [(points_lost, item) for points_lost, item in lost if item.id in reasons and round(points_lost, 1) > 0]
    ranked = sorted(shown, key=lambda entry: -entry[0])
    return [
        Explain(
            one_line(item.heading, SENTENCE_LIMIT),
            f"{points_lost:.1f}",
            item.points,
            tuple(
                _loss_line(loss, item.id in waiting)
                for loss in sorted(reasons[item.id], key=lambda loss: -loss.share)[:_MOST_REASONS]
            ),
        )
        for points_lost, item in ranked[:MOST_EXPLAINED]
    ]


def _loss_line(loss: Loss, is_waiting: bool) -> LossLine:
    marked = " marked so far" if loss.kind in _OF_MARKED and is_waiting else ""
    return LossLine(f"{loss.students} of {loss.of}{marked}", _BECAME[loss.kind], _loss_text(loss))


def _loss_text(loss: Loss) -> Markup:
    """Return what was lost as safe HTML: a rubric point is markdown with mathematics."""
    if loss.kind in (LossKind.ALL_CHECKS, LossKind.NOT_ATTEMPTED):
        return Markup()
    return (
        escape(one_line(loss.text, SENTENCE_LIMIT).replace("`", ""))
        if loss.kind is LossKind.CHECK
        else row_html(loss.text)
    )


def talk_rows(figures: ClassFigures, positions: Mapping[str, int]) -> list[tuple[int, tuple[str, ...]]]:
    """Return whom to talk to, as positions in the list of students, and why."""
    return [(positions[talk.student], talk.reasons) for talk in figures.talk_to if talk.student in positions]


def item_groups(figures: ClassFigures, assignment: Assignment) -> list[ItemGroup]:
    """Return the rows of the table of items, by who gives their points; a half without items is left out."""
    halves = (("Graded by checks", "checks", "Checks", assignment.auto_items),
              ("Marked by people", "written", "Written", assignment.person_items))  # fmt: skip
    rows = {entry.item: _row(entry) for entry in figures.items}
    return [
        ItemGroup(title, key, word, sum(item.points for item in items), tuple(rows[item] for item in items))
        for title, key, word, items in halves
        if items
    ]


def agreement_rows(figures: ClassFigures, assignment: Assignment) -> list[tuple[str, Pair]]:
    """Return how far two markers agree, with the title of the item, in the order of the homework.

    Whoever of them marked first makes no difference.
    """
    titles = assignment.headings
    found: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in figures.agreement:
        one, other = sorted((pair.first, pair.second))
        found.setdefault((pair.item, one, other), []).append(pair)
    places = {item_id: place for place, item_id in enumerate(titles)}
    ordered = sorted(found, key=lambda key: (places.get(key[0], len(places)), key))
    return [
        (titles.get(item, item), summed(found[item, one, other], item=item, first=one, second=other))
        for item, one, other in ordered
    ]


def _row(entry: ItemFigures) -> ItemRow:
    found = entry.discrimination
    return ItemRow(
        figures=entry,
        share=entry.mean / entry.item.points if entry.mean is not None and entry.item.points else None,
        spread="" if entry.spread is None else f"{entry.spread:.1f}",
        discrimination="" if found is None else f"{found.value:.2f}",
        lost=_loss_line(entry.most_lost, entry.unmarked > 0) if entry.most_lost else None,
    )
