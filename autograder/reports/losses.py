"""Where a class lost its points: checks that failed, rubric points that were not earned, items nobody attempted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..gradebook.given_ticks import ItemTicks
from ..model.assignment import GradedBy, Item
from ..model.plain_text import one_line
from ..model.report import ItemResult, Verdict
from ..model.rubric import Kind, Rubric
from ..model.submission_status import sentence_and_seen
from .class_scores import ItemScore, Outcome, StudentScores

# A check that was not attempted says nothing about what is hard, and a fault of ours even less.
LOST = {Verdict.FAILED, Verdict.ERROR, Verdict.TIMEOUT, Verdict.MEMORY, Verdict.FORBIDDEN}
WHOLE = "all"  # the name under which the grader gives one reason for all checks of an item
_MOST_TEXT = 1_000  # characters of a rubric point, in markdown
_SMALLEST_SHARE = 0.1  # of the class: what concerns fewer is for a talk with these few


class LossKind(StrEnum):
    """What was lost."""

    CHECK = "check"  # failed
    POINT = "rubric point"  # not earned
    DEDUCTION = "deduction"  # taken off
    CAP = "cap"  # held the points down
    ALL_CHECKS = "all checks"  # failed for one reason, such as a cell that does not run
    NOT_ATTEMPTED = "not attempted"


# What teaching can answer; the others say that something did not run or was not begun.
EXPLAINABLE = (LossKind.CHECK, LossKind.POINT, LossKind.DEDUCTION, LossKind.CAP)


@dataclass(frozen=True)
class Loss:
    """One reason why students lost points of an item.

    `text` is the sentence of a check, or the markdown of a rubric point; "" where the kind says all. `of` counts the
    students of whom it is known whether they lost it.
    """

    item: Item
    kind: LossKind
    text: str
    students: int
    of: int
    points: float  # that the class lost by it, over all students

    @property
    def share(self) -> float:
        """The share of the students who lost it."""
        return self.students / self.of if self.of else 0.0

    @property
    def points_a_student(self) -> float:
        """The points that a student of these lost by it, on average."""
        return self.points / self.of if self.of else 0.0


def losses(scores: Sequence[StudentScores], item: Item, ticks: ItemTicks | None) -> list[Loss]:
    """Return why points of an item were lost, what most students lost first."""
    if item.graded_by == GradedBy.CHECKS:
        found = _of_checks(scores, item)
    else:
        found = _of_rubric(scores, item, ticks) if ticks else []
    skipped = sum(student.items[item.id].outcome is Outcome.NOT_ATTEMPTED for student in scores)
    scored = sum(student.items[item.id].score is not None for student in scores)
    if skipped:
        found.append(Loss(item, LossKind.NOT_ATTEMPTED, "", skipped, scored, skipped * item.points))
    return sorted(found, key=lambda loss: (-loss.students, -loss.points))


def most_lost(found: Iterable[Loss]) -> Loss | None:
    """Return the check or rubric point that most students lost."""
    return next((loss for loss in found if loss.kind in EXPLAINABLE), None)


def explain_again(found: Iterable[Loss]) -> list[Loss]:
    """Return what cost the most points a student, first; without what concerns only a few students.

    A sum over the class would put what is marked for a third of it behind what is marked for all.
    """
    common = [loss for loss in found if loss.points > 0 and loss.share >= _SMALLEST_SHARE]
    return sorted(common, key=lambda loss: (-loss.points_a_student, -loss.students))


def _of_checks(scores: Sequence[StudentScores], item: Item) -> list[Loss]:
    results = [
        result
        for student in scores
        for result in student.report.items
        if result.id == item.id and _is_of_checks(student.items[item.id])
    ]
    students: Counter[str] = Counter()
    points: dict[str, float] = defaultdict(float)
    sentences: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for name, lost, sentence in _lost_checks(result, item):
            students[name] += 1
            points[name] += lost
            sentences[name].update([sentence] if sentence else [])
    return [
        Loss(
            item,
            LossKind.ALL_CHECKS if name == WHOLE else LossKind.CHECK,
            "" if name == WHOLE else _usual(sentences[name], number) or readable_name(name),
            number,
            len(results),
            round(points[name], 6),
        )
        for name, number in sorted(students.items())
    ]


def _is_of_checks(score: ItemScore) -> bool:
    return score.score is not None and not score.by_person


def _lost_checks(result: ItemResult, item: Item) -> Iterator[tuple[str, float, str]]:
    """Yield (name, points, sentence) of each check that failed."""
    weights = sum(check.weight for check in result.checks)
    for check in result.checks:
        if check.verdict in LOST and weights > 0:
            points = item.points * check.weight * (1 - check.earned) / weights
            yield check.name, points, sentence_and_seen(check)[0]


def _usual(sentences: Counter[str], students: int) -> str:
    """Return what a check says to at least half of the students who failed it; "" where it tells each another thing."""
    sentence, number = min(sentences.items(), key=lambda entry: (-entry[1], entry[0]), default=("", 0))
    return sentence if number * 2 >= students else ""


def readable_name(name: str) -> str:
    """Return a check's name as words: `test_averages_over_the_batch` is "averages over the batch"."""
    name = one_line(name, 120).rsplit("::", 1)[-1]
    return name.removeprefix("test_").replace("_", " ") if name.startswith("test_") else name


def _of_rubric(scores: Sequence[StudentScores], item: Item, ticks: ItemTicks) -> list[Loss]:
    """Return what the ticks of those say whose answer is marked; marks of formgrader have none."""
    graded = {student.student for student in scores}
    given = [said.ticks for student, said in ticks.given.items() if said.done and student in graded]
    rubric = ticks.rubric
    lost: dict[str, list[float]] = {row.id: [] for row in rubric.rows}
    for ticked in given:
        rows = rubric.ticked_rows(ticked)
        for row in rubric.rows:
            if row.kind is Kind.POINTS and row.id not in rows:
                lost[row.id].append(row.points)
            elif row.kind is not Kind.POINTS and row.id in rows:
                lost[row.id].append(rubric.score(rows - {row.id}) - rubric.score(rows))
    texts, kinds = _texts(rubric), {row.id: LossKind(_KINDS[row.kind]) for row in rubric.rows}
    return [
        Loss(item, kinds[row], texts[row], len(points), len(given), round(sum(points), 6))
        for row, points in lost.items()
        if points
    ]


_KINDS = {Kind.POINTS: LossKind.POINT, Kind.DEDUCTION: LossKind.DEDUCTION, Kind.CAP: LossKind.CAP}


def _texts(rubric: Rubric) -> dict[str, str]:
    """Return the text of each row by its id; a part is named after its whole."""
    return {
        leaf.id: one_line(leaf.text if leaf is whole else f"{whole.text.rstrip(' .:')}: {leaf.text}", _MOST_TEXT)
        for whole in rubric.criteria
        for leaf in whole.leaves
    }
