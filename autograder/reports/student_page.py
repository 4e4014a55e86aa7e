"""What one student reads: cleaned, bounded, and without what is for markers only.

The seed and the names of hidden checks are left out, and of the findings those that may name other students.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.marks import Mark, StudentMarks, all_marks, tally
from ..marking.comment_html import comment_html
from ..model.assignment import Assignment, GradedBy, Item
from ..model.plain_text import one_line, points
from ..model.report import Awaiting, ItemResult, Report, Verdict
from ..model.submission_status import SENTENCE_LIMIT, refusal, student_name
from .student_view import VERDICTS, CheckView, check_view

MOST_NOTICED, NOTICED_LIMIT = 40, 600
MOST_LOST = 40  # checks of one item; the longest item has a dozen
FAULT = "This item could not be graded yet, through no fault of yours. A person will look at it."


@dataclass(frozen=True)
class ItemPage:
    """One item as its student sees it."""

    heading: str
    score: str
    state: str  # "passed", "marked", "waits for a person", ...
    kind: str  # good, lost, blank, fault or open: its style
    lost: tuple[CheckView, ...] = ()  # without their names
    remark: str = ""
    formula: str = ""
    comment: Markup | None = None
    model_answer: Markup | None = None


@dataclass(frozen=True)
class StudentPage:
    """Everything on the page of one student."""

    name: str
    total: str
    possible: str  # of what is marked, as long as something is not
    earned: str  # before anything was taken off for being late
    penalty: str
    late: str  # what is known of being late, in words
    late_unknown: bool  # it costs points that are not taken off yet
    open_items: int
    refusal: str
    parts: tuple[tuple[str, tuple[ItemPage, ...]], ...]  # title and items of each notebook and sheet
    noticed: tuple[str, ...]  # what was unusual about the student's files


def student_page(
    report: Report, marks: StudentMarks, assignment: Assignment, model_answers: Mapping[str, Markup]
) -> StudentPage:  # fmt: skip
    """Return the page of one student; `model_answers` by item are shown where there are any."""
    awaiting = {entry.id: entry for entry in report.awaiting_person}
    results = {result.id: result for result in report.items}
    refused = report.refused
    mark_of = {item.id: mark for item, mark in all_marks(report, marks, assignment)}
    whole = tally(report, marks, assignment)
    told = [finding for finding in report.findings if finding.for_student]
    open_items = 0 if refused else whole.unmarked + whole.faults
    marked = sum(item.points for item in assignment.items if mark_of[item.id].score is not None)
    parts = []
    for name in (*assignment.notebooks, *assignment.sheets):
        pages = []
        for item in (item for item in assignment.items if item.notebook == name):
            mark, answer = mark_of[item.id], model_answers.get(item.id)
            if item.graded_by == GradedBy.CHECKS:
                pages.append(_code_item(item, mark, results.get(item.id), answer))
            else:
                pages.append(_written_item(item, mark, awaiting.get(item.id), answer))
        parts.append((assignment.sheet(name).title if name in assignment.sheets else name, tuple(pages)))
    return StudentPage(
        name=student_name(report),
        total=points(max(0.0, whole.earned - marks.penalty)),
        possible=points(marked if open_items else whole.possible),
        earned=points(whole.earned),
        penalty=points(marks.penalty) if marks.penalty else "",
        late=marks.late or "late",
        late_unknown=marks.late_unknown,
        open_items=open_items,
        refusal=refusal(report) if refused else "",
        parts=() if refused else tuple(parts),
        noticed=tuple(one_line(finding.text, NOTICED_LIMIT) for finding in told[:MOST_NOTICED]),
    )


def _score(item: Item, mark: Mark) -> str:
    earned = "–" if mark.score is None else points(mark.score)
    extra = f" + {points(mark.extra)} extra" if mark.extra else ""
    return f"{earned}{extra} / {points(item.points)}"


def _code_item(item: Item, mark: Mark, result: ItemResult | None, model_answer: Markup | None) -> ItemPage:
    verdict = result.verdict if result is not None else Verdict.GRADER_FAULT
    _, state, kind = VERDICTS[verdict]
    checks = result.checks if result is not None else ()
    lost = [check for check in checks if check.verdict not in (Verdict.PASSED, Verdict.GRADER_FAULT)]
    remarks = []
    if verdict is Verdict.GRADER_FAULT and mark.person is None:
        remarks.append(FAULT)
    elif len(lost) < len(checks) and lost:
        remarks.append(f"{len(checks) - len(lost)} of {len(checks)} checks passed.")
    if result is not None:
        remarks += [f"Accepted, with a note: {one_line(note, SENTENCE_LIMIT)}." for note in result.notes]
    if mark.person is not None:
        state, kind = ("marked by a person", "good" if mark.person >= item.points else "lost")
        if mark.machine is not None and mark.machine != mark.person:
            remarks.append(f"A person set these points; the checks gave {points(mark.machine)}.")
    return ItemPage(
        heading=one_line(item.heading, SENTENCE_LIMIT),
        score=_score(item, mark),
        state=state,
        kind=kind,
        lost=tuple(check_view(check) for check in lost[:MOST_LOST]),
        remark=" ".join(remarks),
        comment=comment_html(mark.comment),
        model_answer=model_answer,
    )


def _written_item(item: Item, mark: Mark, entry: Awaiting | None, model_answer: Markup | None) -> ItemPage:
    if mark.score is None:
        state, kind = "not marked yet", "open"
    elif mark.open:
        state, kind = "marked; a person will check it again", "open"
    else:
        state, kind = "marked", "good" if mark.score >= item.points else "lost"
    formula = ""
    if entry is not None and entry.formula:
        formula = one_line(entry.for_student or f"{entry.formula}.", SENTENCE_LIMIT)
    return ItemPage(
        heading=one_line(item.heading, SENTENCE_LIMIT),
        score=_score(item, mark),
        state=state,
        kind=kind,
        formula=formula,
        comment=comment_html(mark.comment),
        model_answer=model_answer,
    )
