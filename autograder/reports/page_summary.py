"""What stands on top of a student's page: the points so far, where they were lost, what to read again."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.marks import StudentMarks, Tally
from ..model.plain_text import counted, one_line, points
from ..model.submission_status import SENTENCE_LIMIT
from .item_feedback import ItemPage
from .reading import Place
from .typeset import line_html


@dataclass(frozen=True)
class Loss:
    """Points that were lost for one reason, in one item or in several."""

    points: float
    reason: Markup
    items: tuple[ItemPage, ...]


@dataclass(frozen=True)
class ToRead:
    """A place in the homework that explains items on which points were lost."""

    file: str
    section: Markup
    items: tuple[str, ...]  # their headings
    references: tuple[Markup, ...]


def behind_the_total(total: float, scored: float, whole: Tally) -> str:
    """Return the sentence behind the total, which is a share of what is marked."""
    if scored >= whole.possible:
        return f"of {points(whole.possible)} points"
    left = whole.possible - scored
    verb = "is" if left == 1 else "are"
    return (
        f"of the {points(scored)} points that are marked; {points(left)} point{'s' * (left != 1)} {verb} not marked yet"
    )


def late(whole: Tally, marks: StudentMarks) -> str:
    """Return what is known of being late, and what it costs; "" for a submission in time."""
    words = one_line(marks.late, SENTENCE_LIMIT)
    said = f"{words[:1].upper()}{words[1:]}."
    if marks.late_unknown:
        return f"{said} The penalty is not applied yet."
    if marks.penalty:
        cost = f"{points(whole.earned)} points earned, {points(marks.penalty)} taken off"
        return f"{said} {cost}." if words else f"{cost} for being late."
    return said if words else ""


def waiting(open_items: int, whole: Tally) -> str:
    """Return what is not final, in a sentence; "" where all is."""
    if not open_items:
        return ""
    parts = []
    if whole.unmarked:
        parts.append(f"{counted(whole.unmarked, 'answer')} {'waits' if whole.unmarked == 1 else 'wait'} for a person")
    if whole.faults:
        parts.append(f"{counted(whole.faults, 'item')} could not be graded yet, through no fault of yours")
    return f"{', and '.join(parts)}, so the total may change."


def bar(total: float, scored: float, possible: float) -> tuple[tuple[str, float, float], ...]:
    """Return the shares of what was earned, what was lost and what is open."""
    if possible <= 0:
        return ()
    earned, marked = (round(100 * min(1.0, part / possible), 2) for part in (total, max(total, scored)))
    shares = (("good", 0.0, earned), ("lost", earned, marked - earned), ("open", marked, 100 - marked))
    return tuple((kind, begin, round(width, 2)) for kind, begin, width in shares if width > 0)


def losses(lost: list[ItemPage]) -> tuple[Loss, ...]:
    """Return the losses by their reasons: what was not written says so once."""
    together: dict[str, list[ItemPage]] = {}
    for item in lost:
        says_why = item.checks or item.kind == "blank"  # what a person decided is decided for each item
        together.setdefault(str(item.reason) if says_why else item.id, []).append(item)
    found = [Loss(sum(item.lost for item in items), items[0].reason, tuple(items)) for items in together.values()]
    return tuple(sorted(found, key=lambda loss: -loss.points))


def to_read(lost: list[str], places: Mapping[str, Place]) -> tuple[ToRead, ...]:
    """Return where to read again, each section once, in the order of the homework."""
    by_section: dict[tuple[str, str], list[Place]] = {}
    for item_id in (item_id for item_id in places if item_id in lost):
        place = places[item_id]
        by_section.setdefault((place.file, place.section), []).append(place)
    return tuple(
        ToRead(
            file,
            line_html(section),
            tuple(one_line(place.heading, SENTENCE_LIMIT) for place in found),
            tuple(map(line_html, dict.fromkeys(text for place in found for text in place.references))),
        )
        for (file, section), found in by_section.items()
    )
