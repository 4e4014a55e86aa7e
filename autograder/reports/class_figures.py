"""The figures of a whole class: distribution, items, progress of marking, what to explain again, whom to talk to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..gradebook.desk_types import Pair
from ..model.assignment import Assignment
from ..model.lateness import Lateness
from ..model.report import Report
from .class_scores import ClassMarks, Part, class_scores
from .distribution import Distribution, distribution
from .item_figures import ItemFigures, item_figures
from .losses import Loss, explain_again
from .whom_to_talk_to import Talk, whom_to_talk_to


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
    items: tuple[ItemFigures, ...]  # in the order of the homework
    marked: int  # answers, of those in items that people mark
    answers: int
    agreement: tuple[Pair, ...]  # of answers that were marked twice, by item and pair of markers
    explain_again: tuple[Loss, ...]  # what cost the most points a student, first
    talk_to: tuple[Talk, ...]
    late: LateFigures

    @property
    def parts(self) -> tuple[Distribution, ...]:
        """The distributions that exist: a homework without one of the halves has one."""
        halves = [part for part in (self.checks, self.person) if part.possible]
        return (self.whole, *halves) if len(halves) > 1 else (self.whole,)

    @property
    def graded(self) -> int:
        """How many students the figures are of."""
        return self.students - self.refused


def class_figures(
    reports: Sequence[Report], assignment: Assignment, given: ClassMarks = ClassMarks(), *,
    late: Mapping[str, Lateness] | None = None,
) -> ClassFigures:  # fmt: skip
    """Return all figures of a class; `late` is by student."""
    scores = class_scores(reports, assignment, given.marks)
    items = tuple(item_figures(scores, assignment, item, given) for item in assignment.items)
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
