"""The figures of a whole class: distribution, items, progress of marking, what to explain again, whom to talk to."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..gradebook.desk_types import Pair
from ..model.assignment import Assignment, Item
from ..model.lateness import Lateness
from ..model.plain_text import one_line
from ..model.report import CheckResult, ItemResult, Report, Verdict
from ..model.submission_status import open_items, sentence_and_seen, status_of
from . import item_figures as figures_of_item
from .class_scores import ClassMarks, Part, class_scores
from .distribution import Distribution, distribution
from .losses import Loss, explain_again
from .whom_to_talk_to import Talk, whom_to_talk_to

# A check that was not attempted says nothing about what is hard, and a fault of ours even less.
_LOST = {Verdict.FAILED, Verdict.ERROR, Verdict.TIMEOUT, Verdict.MEMORY, Verdict.FORBIDDEN}
WHOLE = "all"  # the name under which the grader gives one reason for all checks of an item
_STEPS = (0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100)
_BARS = 10
_BARS_OF_LARGE_CLASS = 20
_LARGE_CLASS = 60  # fewer students over twenty bars leave gaps that look like a finding


@dataclass(frozen=True)
class LateFigures:
    """How many are late, and what that costs; no other figure contains it."""

    students: int
    unknown: int  # of them with an unknown number of days or penalty
    points: float  # penalties of all together


@dataclass(frozen=True)
class ClassFigures:
    """All figures of a class; students whose submission was refused are in none but `refused`."""

    students: int  # with a submission
    refused: int
    whole: Distribution  # of all points; those who have an item open are not in it
    checks: Distribution  # of the half that checks grade
    person: Distribution  # of the half that people mark
    items: tuple[figures_of_item.ItemFigures, ...]  # in the order of the homework
    marked: int  # answers, of those in items that people mark
    answers: int
    agreement: tuple[Pair, ...]  # of answers that were marked twice, by item and pair of markers
    explain_again: tuple[Loss, ...]  # what cost the class the most points, first
    talk_to: tuple[Talk, ...]
    late: LateFigures

    @property
    def parts(self) -> tuple[Distribution, ...]:
        """The distributions that exist: a homework without one of the halves has one."""
        halves = [part for part in (self.checks, self.person) if part.possible]
        return (self.whole, *halves) if len(halves) > 1 else (self.whole,)


def class_figures(
    reports: Sequence[Report], assignment: Assignment, given: ClassMarks = ClassMarks(), *,
    late: Mapping[str, Lateness] | None = None,
) -> ClassFigures:  # fmt: skip
    """Return all figures of a class; `late` is by student."""
    scores = class_scores(reports, assignment, given.marks)
    items = tuple(figures_of_item.item_figures(scores, assignment, item, given) for item in assignment.items)
    marked = [entry for entry in items if entry.item in assignment.person_items]
    late_known = [known for known in (late or {}).values() if known.days != 0]
    return ClassFigures(
        students=len(reports),
        refused=len(reports) - len(scores),
        whole=distribution(scores, assignment, Part.ALL),
        checks=distribution(scores, assignment, Part.CHECKS),
        person=distribution(scores, assignment, Part.PERSON),
        items=items,
        marked=sum(entry.counted for entry in marked),
        answers=sum(entry.students for entry in marked),
        agreement=given.agreement,
        explain_again=tuple(explain_again(loss for entry in items for loss in entry.losses)),
        talk_to=tuple(whom_to_talk_to(reports, scores, assignment)),
        late=LateFigures(
            len(late_known),
            sum(known.days is None or known.is_open for known in late_known),
            sum(known.points for known in late_known),
        ),
    )


@dataclass(frozen=True)
class Headline:
    """The first line of the page; the statistics leave out who was refused or has an item open."""

    students: int
    counted: int
    refused: int
    open: int
    possible: float
    mean: float | None
    median: float | None
    highest: float | None
    need_person: int
    answers_waiting: int


@dataclass(frozen=True)
class ItemFigures:
    """How the class did in one item graded by checks; the four counts add up to `counted`."""

    item: Item
    counted: int
    mean: float | None
    full: int
    part: int
    none: int
    not_attempted: int
    open: int
    hardest: tuple[str, int] | None  # sentence of the check that failed most often, and how many failed it
    whole: int  # students who failed all checks, for a reason that is no check's


@dataclass(frozen=True)
class Bin:
    """One bar of the histogram: scores from `low` up to `high`, which only the last bar includes."""

    low: float
    high: float
    count: int


def headline(reports: Sequence[Report], items: Sequence[Item]) -> Headline:
    """Return the figures of the first line."""
    totals = counted_totals(reports, items)
    ids = [item.id for item in items]
    graded = [report for report in reports if not report.refused]
    return Headline(
        students=len(reports),
        counted=len(totals),
        refused=len(reports) - len(graded),
        open=len(graded) - len(totals),
        possible=sum(item.points for item in items),
        mean=statistics.fmean(totals) if totals else None,
        median=statistics.median(totals) if totals else None,
        highest=max(totals, default=None),
        need_person=sum(status_of(report, ids).needs_person for report in reports),
        answers_waiting=sum(len(report.awaiting_person) for report in graded),
    )


def counted_totals(reports: Sequence[Report], items: Sequence[Item]) -> list[float]:
    """Return the totals that mean something: of submissions that were graded, and in every item."""
    ids = [item.id for item in items]
    return [report.total for report in reports if not report.refused and not any(open_items(report, ids))]


def item_figures(reports: Sequence[Report], item: Item) -> ItemFigures:
    """Return how the class did in one item; refused submissions are left out."""
    graded = [report for report in reports if not report.refused]
    results = [result for report in graded for result in report.items if result.id == item.id]
    scored = [result for result in results if result.score is not None]
    scores = [result.score or 0.0 for result in scored]
    counts = Counter(_outcome(result) for result in scored)
    return ItemFigures(
        item=item,
        counted=len(scored),
        mean=statistics.fmean(scores) if scores else None,
        full=counts["full"],
        part=counts["part"],
        none=counts["none"],
        not_attempted=counts["not_attempted"],
        open=len(graded) - len(scored),
        hardest=_hardest_check(scored),
        whole=sum(check.name == WHOLE for check in _lost_checks(scored)),
    )


def histogram(totals: Sequence[float], possible: float) -> list[Bin]:
    """Return bars of one round width that cover 0 to the points possible; none when there is nothing to show."""
    if not totals or possible <= 0:
        return []
    bars = _BARS_OF_LARGE_CLASS if len(totals) >= _LARGE_CLASS else _BARS
    step = next((step for step in _STEPS if step * bars >= possible), possible / bars)
    size = max(1, -int(-possible // step))
    counts = Counter(min(int(total / step), size - 1) for total in totals)
    return [Bin(index * step, (index + 1) * step, counts[index]) for index in range(size)]


def _outcome(result: ItemResult) -> str:
    if result.verdict is Verdict.NOT_ATTEMPTED:
        return "not_attempted"
    score = result.score or 0.0
    return "full" if score >= result.max else "part" if score > 0 else "none"


def _hardest_check(results: Sequence[ItemResult]) -> tuple[str, int] | None:
    lost = [check for check in _lost_checks(results) if check.name != WHOLE]
    if not lost:
        return None
    counts = Counter(check.name for check in lost)
    name, count = min(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    sentences = Counter(text for check in lost if check.name == name and (text := sentence_and_seen(check)[0]))
    usual = min(sentences.items(), key=lambda entry: (-entry[1], entry[0]))[0] if sentences else readable_name(name)
    return usual, count


def _lost_checks(results: Sequence[ItemResult]) -> Iterator[CheckResult]:
    return (check for result in results for check in result.checks if check.verdict in _LOST)


def readable_name(name: str) -> str:
    """Return a check's name as words: `test_averages_over_the_batch` is "averages over the batch"."""
    return one_line(name, 120).rsplit("::", 1)[-1].removeprefix("test_").replace("_", " ")
