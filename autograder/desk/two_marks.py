"""Answers that two people marked differently: both marks beside the rubric, and how far markers agree."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from ..gradebook.desk_book import Disagreement, Pair, summed
from ..marking.comment_html import comment_html
from ..model.plain_text import one_line, points
from .addresses import Way
from .class_desk import ClassDesk
from .rubric_lines import OneMark
from .seen import Note, Seen

LONGEST_NAME = 60


@dataclass(frozen=True)
class PairView:
    """How far two markers agree about a question, or about all of them."""

    item: str
    markers: str
    answers: int
    equal: str
    difference: str


@dataclass(frozen=True)
class DifferenceView:
    """One answer with two marks."""

    words: str
    address: str
    marks: tuple[str, str]


@dataclass(frozen=True)
class AgreementView:
    """What the template shows."""

    overview: str
    pairs: list[PairView]
    of_markers: list[PairView]
    open: list[tuple[str, list[DifferenceView]]]  # by question
    share: float


def both_marks(desk: ClassDesk, item_id: str, student: str, seen: Seen) -> list[OneMark]:
    """Return the two marks of an answer that is to be settled; nothing where it is marked in another way."""
    if seen.way is not Way.SETTLE:
        return []
    found = next((entry for entry in desk.book.disagreements(item_id) if entry.student == student), None)
    return [] if found is None else [*_marks(found)]


def both_notes(both: Sequence[OneMark]) -> list[Note]:
    """Return what two markers said of one answer."""
    notes = []
    for mark in both:
        said = Markup("<b>{}</b>: {} points. ").format(mark.marker, mark.points)
        if mark.decision.adjustment:
            said += Markup("Adjusted by {}: {}. ").format(points(mark.decision.adjustment), mark.decision.reason)
        html = said + comment_html(mark.decision.comment)
        notes.append(Note(html, "of-two", json.dumps(asdict(mark.decision), default=sorted)))
    return notes


def agreement_view(desk: ClassDesk, seen: Seen) -> AgreementView:
    """Return how far markers agree, and what is to be settled."""
    pairs = desk.book.agreement()
    by_marker: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_marker[pair.first].append(pair)
        by_marker[pair.second].append(pair)
    by_item: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_item[pair.item].append(pair)
    order = {item: place for place, item in enumerate(desk.questions)}
    return AgreementView(
        overview=seen.addresses.overview,
        pairs=[
            _pair(summed(found, item=item), _heading(desk, item))
            for item, found in sorted(by_item.items(), key=lambda entry: order.get(entry[0], len(order)))
        ],
        of_markers=[_pair(summed(found, first=name), name) for name, found in sorted(by_marker.items())],
        open=[(_heading(desk, item), shown) for item in desk.questions if (shown := _open(desk, item, seen))],
        share=desk.settings.marking.second_share,
    )


def _heading(desk: ClassDesk, item_id: str) -> str:
    item = desk.questions.get(item_id)
    return item.heading if item else item_id  # marks stay of a question that is no longer asked


def _open(desk: ClassDesk, item_id: str, seen: Seen) -> list[DifferenceView]:
    order = desk.order(item_id)
    return [
        DifferenceView(
            desk.name(entry.student) if seen.names else f"Answer {order.number.get(entry.student, 0)}",
            seen.addresses.answer(item_id, desk.key(entry.student), Way.SETTLE),
            (f"{one} {points(entry.first_score)}", f"{other} {points(entry.second_score)}"),
        )
        for entry in desk.book.disagreements(item_id)
        for one, other in [tuple(one_line(name, LONGEST_NAME) for name in entry.markers)]
    ]


def _marks(entry: Disagreement) -> tuple[OneMark, OneMark]:
    first, second = (one_line(name, LONGEST_NAME) for name in entry.markers)
    return (
        OneMark(first, points(entry.first_score), entry.first),
        OneMark(second, points(entry.second_score), entry.second),
    )


def _pair(pair: Pair, name: str) -> PairView:
    return PairView(name, name, pair.answers, f"{pair.share_equal:.0%}", points(pair.difference))
