"""What every student has in every item, as far as it is known: what all figures of a class are computed from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..gradebook.desk_types import Pair
from ..gradebook.given_ticks import ItemTicks
from ..gradebook.marks import Mark, StudentMarks, all_marks
from ..model.assignment import Assignment, GradedBy, Item
from ..model.report import Report, Verdict

NO_MARKS = StudentMarks({})


class Part(StrEnum):
    """A part of the homework of which figures are computed; the value is what people read."""

    ALL = "all items"
    CHECKS = "items graded by checks"
    PERSON = "items marked by people"

    def items(self, assignment: Assignment) -> tuple[Item, ...]:
        """Return its items."""
        parts = {Part.CHECKS: assignment.auto_items, Part.PERSON: assignment.person_items}
        return parts.get(self, assignment.items)


class Outcome(StrEnum):
    """How one student did in one item."""

    FULL = "full"
    SOME = "some"
    NONE = "none"
    NOT_ATTEMPTED = "not attempted"
    UNMARKED = "unmarked"  # a person has yet to mark it, or to look at it again
    FAULT = "grader fault"  # ours: it has no score


@dataclass(frozen=True)
class ItemScore:
    """What one student has in one item; `score` is None while it is unmarked or there is a fault of ours."""

    score: float | None
    outcome: Outcome
    by_person: bool = False  # a person gave the points


@dataclass(frozen=True)
class StudentScores:
    """What one student, whose submission was graded, has in each item."""

    report: Report
    items: Mapping[str, ItemScore]  # by id

    @property
    def student(self) -> str:
        """The student's id."""
        return self.report.student

    def total(self, items: Iterable[Item]) -> float | None:
        """Return the sum of some items; None when one of them has no score."""
        scores = [self.items[item.id].score for item in items]
        known = [score for score in scores if score is not None]
        return round(sum(known), 6) if len(known) == len(scores) else None

    def outcomes(self, items: Iterable[Item]) -> list[Outcome]:
        """Return the outcomes of some items."""
        return [self.items[item.id].outcome for item in items]


@dataclass(frozen=True)
class ClassMarks:
    """What people said of a class, as far as they have."""

    marks: Mapping[str, StudentMarks] = field(default_factory=dict)  # by student
    ticks: Mapping[str, ItemTicks] = field(default_factory=dict)  # by item
    agreement: tuple[Pair, ...] = ()  # of markers, where answers were marked twice


def class_scores(
    reports: Sequence[Report], assignment: Assignment, marks: Mapping[str, StudentMarks]
) -> list[StudentScores]:  # fmt: skip
    """Return the scores of everybody whose submission was not refused, in the order of the reports."""
    return [
        StudentScores(report, dict(_items(report, marks.get(report.student, NO_MARKS), assignment)))
        for report in reports
        if not report.refused
    ]


def _items(report: Report, marks: StudentMarks, assignment: Assignment) -> Iterator[tuple[str, ItemScore]]:
    verdicts = {result.id: result.verdict for result in report.items}
    for item, mark in all_marks(report, marks, assignment):
        by_checks = item.graded_by == GradedBy.CHECKS
        score = known_score(mark)
        nothing_there = verdicts.get(item.id) is Verdict.NOT_ATTEMPTED if by_checks else True
        by_person = score is not None and mark.person is not None
        if score is None:
            outcome = Outcome.FAULT if by_checks and mark.score is None else Outcome.UNMARKED
        elif score >= item.points:
            outcome = Outcome.FULL
        elif score > 0:
            outcome = Outcome.SOME
        else:
            outcome = Outcome.NOT_ATTEMPTED if nothing_there and not by_person else Outcome.NONE
        yield item.id, ItemScore(score, outcome, by_person)


def known_score(mark: Mark) -> float | None:
    """Return the points that count, extra credit among them; None while a person has yet to say them."""
    return None if mark.open or mark.score is None else mark.score + mark.extra
