"""One student in the lists of the class report, cleaned and bounded; and what a check says that did not pass."""

from dataclasses import dataclass

from ..gradebook.marks import Mark, StudentMarks, all_marks
from ..lms.roster import Member
from ..model.assignment import Assignment, GradedBy, Item
from ..model.person_names import search_key
from ..model.plain_text import points
from ..model.report import CheckResult, ItemResult, Report, Verdict
from ..model.submission_status import NO_RESULT, SubmissionStatus, open_items, reason, sentence_and_seen, status_of
from .class_scores import known_score
from .person_view import Person, person_view
from .point_sums import PointSum, point_sum

# Always a word with a sign, and colours that differ in lightness too: not everybody can distinguish red and green.
VERDICTS = {
    Verdict.PASSED: ("✓", "passed", "good"),
    Verdict.FAILED: ("✗", "failed", "lost"),
    Verdict.ERROR: ("!", "error", "lost"),
    Verdict.TIMEOUT: ("…", "timeout", "lost"),
    Verdict.MEMORY: ("▲", "memory", "lost"),
    Verdict.FORBIDDEN: ("⊘", "forbidden", "lost"),
    Verdict.NOT_ATTEMPTED: ("–", "not attempted", "blank"),
    Verdict.GRADER_FAULT: ("?", "grader fault", "fault"),
}


@dataclass(frozen=True)
class Cell:
    """One score in the table of students; `order` sorts it, `kind` is its style, `title` says what was lost."""

    text: str
    order: float
    kind: str
    title: str


@dataclass(frozen=True)
class CheckView:
    """One check that did not pass: its sentence about right code, and what was seen instead."""

    sign: str
    word: str
    kind: str
    sentence: str
    seen: str
    name: str = ""  # for the instructor alone


@dataclass(frozen=True)
class StudentView:
    """What the lists of the page say of one student."""

    person: Person
    status: SubmissionStatus
    total: PointSum
    checks: PointSum  # what hidden checks grade
    written: PointSum  # what people mark
    is_open: bool  # some item has no score by a fault of ours
    why: str
    cells: tuple[Cell, ...]
    search: str  # in which a browser looks for what somebody typed


def student_view(
    report: Report, assignment: Assignment, given: StudentMarks, member: Member | None
) -> StudentView:  # fmt: skip
    """Return what the lists say of a student with this report, whom people gave these marks."""
    ids = [item.id for item in assignment.auto_items]
    marks = {item.id: mark for item, mark in all_marks(report, given, assignment)}
    results = {result.id: result for result in report.items}
    refused = bool(report.refused)
    return StudentView(
        person=person_view(report.student, member),
        status=status_of(report, ids),
        total=point_sum(marks, assignment.items, refused=refused),
        checks=point_sum(marks, assignment.auto_items, refused=refused),
        written=point_sum(marks, assignment.person_items, refused=refused),
        is_open=not refused and any(open_items(report, ids)),
        why=reason(report, assignment.headings),
        cells=tuple(_cell(item, marks[item.id], results.get(item.id), refused) for item in assignment.items),
        search=search_key(report.student, member.name if member else "", member.email if member else ""),
    )


def check_view(check: CheckResult, name: str = "") -> CheckView:
    """Return a check that did not pass."""
    return CheckView(*VERDICTS[check.verdict], *sentence_and_seen(check), name)


def _cell(item: Item, mark: Mark, result: ItemResult | None, refused: bool) -> Cell:
    """Return the cell of one item; a plain style for full points, so that the eye finds what was lost."""
    if refused:
        return Cell("–", -1, "blank", "refused")
    place, score = f"{item.heading}: ", known_score(mark)
    if score is None:
        if item.graded_by != GradedBy.CHECKS:
            return Cell("·", -3, "wait", place + "not marked yet")
        return Cell("?", -2, "fault", place + (NO_RESULT if result is None else "grader fault"))
    if result is not None and result.verdict is Verdict.NOT_ATTEMPTED and not score:
        return Cell("–", -1, "blank", place + "not attempted")
    if score >= item.points:
        return Cell(points(score), score, "full", "")
    title = f"{place}{points(score)} of {points(item.points)}"
    lost = result.first_lost if result is not None else None
    said = f"{title}. {sentence_and_seen(lost)[0]}" if lost else title
    return Cell(points(score), score, "part" if score > 0 else "none", said)
