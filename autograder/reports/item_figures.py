"""How a class did in one item."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.assignment import Assignment, GradedBy, Item
from ..model.report import FormulaStatus
from .class_scores import ClassMarks, Outcome, Part, StudentScores
from .distribution import Quartiles, quartiles, spread
from .losses import Loss, LossKind, losses, most_lost

# Of fewer students a correlation says nothing: of 15 one of 0.5 differs from none by chance once in twenty times.
LEAST_STUDENTS = 15


@dataclass(frozen=True)
class Discrimination:
    """Whether those who did well elsewhere did well in this item: the correlation of its points with the rest."""

    value: float  # -1 to 1
    students: int
    rest: Part  # the other items of the whole homework, or of this half while the other is not marked


@dataclass(frozen=True)
class ItemFigures:
    """How the class did in one item; the six counts add up to `students`, and statistics leave out who has no score."""

    item: Item
    students: int  # whose submission was graded
    mean: float | None
    spread: float | None  # standard deviation of a sample; None for fewer than two
    quartiles: Quartiles | None
    full: int
    some: int
    none: int
    not_attempted: int
    unmarked: int
    faults: int
    discrimination: Discrimination | None  # None for fewer than LEAST_STUDENTS, or if all have the same points
    losses: tuple[Loss, ...]  # what most students lost first
    formulas: tuple[tuple[FormulaStatus, int], ...]  # what the formula check said, for the states that occur

    @property
    def counted(self) -> int:
        """How many students have a score."""
        return self.full + self.some + self.none + self.not_attempted

    @property
    def most_lost(self) -> Loss | None:
        """The check, or the rubric point, that most students lost."""
        return most_lost(self.losses)

    @property
    def failed_all_checks(self) -> int:
        """How many failed all checks for one reason, such as a cell that does not run."""
        return sum(loss.students for loss in self.losses if loss.kind is LossKind.ALL_CHECKS)


def item_figures(
    scores: Sequence[StudentScores], assignment: Assignment, item: Item, given: ClassMarks = ClassMarks()
) -> ItemFigures:  # fmt: skip
    """Return how the class did in one item."""
    own = [student.items[item.id] for student in scores]
    known = [entry.score for entry in own if entry.score is not None]
    counts = Counter(entry.outcome for entry in own)
    states = Counter(
        entry.formula
        for student in scores
        for entry in student.report.awaiting_person
        if entry.id == item.id and entry.formula is not None
    )
    return ItemFigures(
        item=item,
        students=len(scores),
        mean=statistics.fmean(known) if known else None,
        spread=spread(known),
        quartiles=quartiles(known),
        full=counts[Outcome.FULL],
        some=counts[Outcome.SOME],
        none=counts[Outcome.NONE],
        not_attempted=counts[Outcome.NOT_ATTEMPTED],
        unmarked=counts[Outcome.UNMARKED],
        faults=counts[Outcome.FAULT],
        discrimination=discrimination(scores, assignment, item),
        losses=tuple(losses(scores, item, given.ticks.get(item.id))),
        formulas=tuple((state, states[state]) for state in FormulaStatus if states[state]),
    )


def discrimination(
    scores: Sequence[StudentScores], assignment: Assignment, item: Item
) -> Discrimination | None:  # fmt: skip
    """Return the correlation of an item with the sum of the others, over students of whom both are known."""
    half = Part.CHECKS if item.graded_by == GradedBy.CHECKS else Part.PERSON
    for rest in (Part.ALL, half):
        others = [other for other in rest.items(assignment) if other != item]
        pairs = [
            (own, total)
            for student in scores
            if (own := student.items[item.id].score) is not None and (total := student.total(others)) is not None
        ]
        if others and len(pairs) >= LEAST_STUDENTS:
            value = correlation(pairs)
            return None if value is None else Discrimination(value, len(pairs), rest)
    return None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Pearson's correlation; None where one of the two is always the same."""
    if len({first for first, _ in pairs}) < 2 or len({second for _, second in pairs}) < 2:
        return None
    return statistics.correlation(*zip(*pairs, strict=True))
