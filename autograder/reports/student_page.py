"""What one student reads: cleaned, bounded, and without what is for markers only.

The seed and the names of hidden checks are left out, and of the findings those that may name other students. Who
marked is never said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from ..gradebook.given_ticks import ItemTicks
from ..gradebook.marks import Mark, StudentMarks, all_marks, tally
from ..gradebook.regrade_requests import RequestsByItem
from ..handin.names import listed
from ..marking import model_answers as model
from ..marking.answers import question_of
from ..marking.student_answers import Answer
from ..model.assignment import Assignment, GradedBy, Item
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.submission_status import NAME_LIMIT, SENTENCE_LIMIT, refusal, student_name
from . import page_summary
from .item_feedback import ItemInput, ItemPage, code_item, ticks_of, written_item
from .own_work import Note, OwnWork, Pictures, ReadPicture, code_work, no_picture, not_shown, written_work
from .reading import places, title_of
from .typeset import NOTHING, question_html, with_wide_tables

MOST_NOTICED, NOTICED_LIMIT = 40, 600
MOST_PARTNERS = 12


class Homework:
    """What is the same on the pages of a class; build one for a class."""

    def __init__(
        self, assignment: Assignment, ticks: Mapping[str, ItemTicks] | None = None, *,
        show_rubric: bool = True, show_model_answers: bool = False,
    ) -> None:  # fmt: skip
        """Read the questions. `ticks` are what was ticked at the desk, by item."""
        self.assignment, self.ticks, self.show_rubric = assignment, ticks or {}, show_rubric
        self.places = places(assignment)
        self.headings = {item.id: one_line(item.heading, SENTENCE_LIMIT) for item in assignment.items}
        self.questions = {item.id: question_html(question_of(item, assignment)) for item in assignment.items}
        self.titles = {name: title_of(assignment, name) for name in (*assignment.notebooks, *assignment.sheets)}
        self.model_answers = _model_answers(assignment) if show_model_answers else {}


@dataclass(frozen=True)
class StudentWork:
    """Who the student is and what was handed in; everything in it is text of strangers."""

    name: str = ""  # as the roster has it
    partners: tuple[str, ...] = ()  # names of who handed it in together with the student
    answers: Mapping[str, Answer] = field(default_factory=dict)  # to what a person marks, by item
    code: Mapping[str, str] | None = None  # of what checks grade, by item; None where it cannot be read
    picture: ReadPicture = no_picture  # one that belongs to the answers, by its name
    requests: RequestsByItem = field(default_factory=dict)  # to look at points again


@dataclass(frozen=True)
class Part:
    """One notebook or sheet."""

    title: str
    score: str
    items: tuple[ItemPage, ...]


@dataclass(frozen=True)
class StudentPage:
    """Everything on the page of one student."""

    student: str  # the id
    name: str
    together: str  # with whom it was handed in, in a sentence
    graded_at: str  # ISO 8601
    total: str
    points: str  # the sentence behind the total
    late: str  # what was taken off for being late, or will be, in a sentence
    refusal: str
    open_items: int
    waiting: str  # what is not final, in a sentence
    bar: tuple[tuple[str, float, float], ...]  # kind, begin and width of what was earned, lost, is open: of 100
    parts: tuple[Part, ...]
    losses: tuple[page_summary.Loss, ...]  # the most points first
    to_read: tuple[page_summary.ToRead, ...]
    noticed: tuple[str, ...]  # what was unusual about the student's files


def student_page(report: Report, marks: StudentMarks, homework: Homework, work: StudentWork) -> StudentPage:
    """Return the page of one student."""
    assignment = homework.assignment
    mark_of = {item.id: mark for item, mark in all_marks(report, marks, assignment)}
    whole, parts = tally(report, marks, assignment), _parts(report, mark_of, homework, work)
    scored = sum(item.points for item in assignment.items if mark_of[item.id].score is not None)
    open_items = 0 if report.refused else whole.unmarked + whole.faults
    told = [finding for finding in report.findings if finding.for_student]
    total = max(0.0, whole.earned - marks.penalty)
    items = [item for part in parts for item in part.items]
    lost = [item for item in items if item.lost > 0]
    return StudentPage(
        student=student_name(report),
        name=one_line(work.name, NAME_LIMIT) or student_name(report),
        together=_together(work.partners),
        graded_at=report.graded_at,
        total=points(total),
        points=page_summary.behind_the_total(total, scored, whole),
        late=page_summary.late(whole, marks),
        refusal=refusal(report) if report.refused else "",
        open_items=open_items,
        waiting=page_summary.waiting(open_items, whole),
        bar=page_summary.bar(total, scored, whole.possible),
        parts=() if report.refused else parts,
        losses=() if report.refused else page_summary.losses(lost),
        to_read=() if report.refused else page_summary.to_read([item.id for item in lost], homework.places),
        noticed=tuple(one_line(finding.text, NOTICED_LIMIT) for finding in told[:MOST_NOTICED]),
    )


def _parts(
    report: Report, mark_of: Mapping[str, Mark], homework: Homework, work: StudentWork
) -> tuple[Part, ...]:  # fmt: skip
    awaiting = {entry.id: entry for entry in report.awaiting_person}
    results = {result.id: result for result in report.items}
    assignment, pictures, parts = homework.assignment, Pictures(work.answers, work.picture), []
    for name in (*assignment.notebooks, *assignment.sheets):
        pages = []
        own = [item for item in assignment.items if item.notebook == name]
        for item in own:
            handed_in = _own_work(item, homework, work, pictures)
            known = ItemInput(
                item, mark_of[item.id], homework.questions[item.id], handed_in,
                work.requests.get(item.id, ()), homework.model_answers.get(item.id),
            )  # fmt: skip
            if item.graded_by == GradedBy.CHECKS:
                pages.append(code_item(known, results.get(item.id)))
            else:
                ticks = ticks_of(homework.ticks, item.id, report.student)
                entry = awaiting.get(item.id)
                pages.append(written_item(known, entry, ticks, show_rubric=homework.show_rubric))
        if pages:
            parts.append(Part(homework.titles[name], _part_score(own, mark_of), tuple(each_shown_once(pages))))
    return tuple(parts)


def each_shown_once(pages: Iterable[ItemPage]) -> Iterator[ItemPage]:
    """Yield the items; what was asked and written for several tests is shown with the first that is not folded."""
    shown: dict[tuple[Markup, Markup], ItemPage] = {}
    for page in pages:
        first = shown.get((page.question, page.work.body))
        if first is not None:
            note = Note("Question and code are shown at", first.id, first.heading)
            yield replace(page, question=NOTHING, work=OwnWork(notes=(note,)), model_answer=None)
            continue
        if page.is_code and page.work.body and not page.is_folded:
            shown[page.question, page.work.body] = page
        yield page


def _own_work(item: Item, homework: Homework, work: StudentWork, pictures: Pictures) -> OwnWork:
    file = homework.places[item.id].file
    if item.graded_by != GradedBy.CHECKS:
        return written_work(work.answers.get(item.id), file, pictures, homework.headings)
    name = next((file.name for file in homework.assignment.files if file.id == item.id), "")
    if work.code is None:
        return not_shown("Your code", file)
    return code_work(work.code.get(item.id, ""), file, pictures.note_on(item.id, name, homework.headings))


def _part_score(items: list[Item], mark_of: Mapping[str, Mark]) -> str:
    scored = [item for item in items if mark_of[item.id].score is not None]
    if not scored:
        return "not marked yet"
    earned = sum((mark_of[item.id].score or 0.0) + mark_of[item.id].extra for item in scored)
    so_far = "" if len(scored) == len(items) else " so far"
    return f"{points(earned)} of {points(sum(item.points for item in scored))}{so_far}"


def _model_answers(assignment: Assignment) -> dict[str, Markup]:
    return {item_id: with_wide_tables(html) for item_id, html in model.model_answers(assignment).items()}


def _together(partners: tuple[str, ...]) -> str:
    names = listed((one_line(name, NAME_LIMIT) for name in partners), MOST_PARTNERS)
    return f"Handed in together with {names}." if names else ""
