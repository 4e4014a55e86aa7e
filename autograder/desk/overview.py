"""The page with all questions: how far each is, who marks, what was flagged, and where to go on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..model.plain_text import points
from .answer_view import first_line
from .class_desk import ClassDesk
from .figures import Progress, Workers, duration
from .request_queue import Queue
from .seen import Seen

NOT_IN_GRADEBOOK = "The gradebook does not have this submission: run `autograder grade` again."


@dataclass(frozen=True)
class QuestionView:
    """One question in the list."""

    item: str
    heading: str
    points: str
    line: Markup  # the question, its beginning
    address: str
    progress: Progress
    workers: Workers
    flagged: tuple[tuple[str, str], ...]  # number and address of each
    changed_rubric: bool  # the scheme in the source is another one by now
    rubric_page: str


@dataclass(frozen=True)
class OverviewView:
    """What the template shows."""

    title: str
    address: str
    marker: str
    questions: list[QuestionView]
    go_on: QuestionView | None  # where the marker paused, or else the next question with anything to do
    has_paused: bool
    decisions_left: int
    answers: int
    time_left: str
    students: int
    missing: Mapping[str, str]  # whose answers could not be read, and why
    sections: tuple[str, ...]
    section: str
    find: str
    agreement: str
    marks_twice: bool
    requests: str
    asked: int  # regrade requests that were made, and how many wait
    waiting: int


def overview_view(desk: ClassDesk, seen: Seen, last: str, finished: str = "") -> OverviewView:
    """Return all questions with their figures.

    `last` is the one that was open last in this browser; `finished` one that has nothing for this marker now: what is
    left of it others have open, or it is of another section.
    """
    queue = Queue.of(desk)
    flags, workers = _flags(desk, seen), desk.figures.workers()
    questions = [
        _question(desk, item, workers.get(item, Workers()), flags.get(item, ()), seen) for item in desk.questions
    ]
    left = [question for question in questions if question.progress.decisions_left]
    place = list(desk.questions).index(finished) if finished else -1
    waiting = [
        entry for entry in (*questions[place + 1 :], *questions[: max(place, 0)]) if entry.progress.decisions_left
    ]
    paused = next((question for question in waiting if question.item == last), None)
    paces = [question.progress.pace_s for question in questions if question.progress.pace_s is not None]
    usual = sum(paces) / len(paces) if paces else 0.0
    seconds_left = sum((entry.progress.pace_s or usual) * entry.progress.decisions_left for entry in left)
    return OverviewView(
        title=desk.assignment.title or desk.assignment.name,
        address=seen.addresses.overview,
        marker=seen.marker.name,
        questions=questions,
        go_on=paused or next(iter(waiting), None),
        has_paused=paused is not None,
        decisions_left=sum(question.progress.decisions_left for question in left),
        answers=sum(question.progress.answers for question in questions),
        time_left=duration(seconds_left) if seconds_left else "",
        students=len(desk.answers.students),
        missing={**dict.fromkeys(_not_in_gradebook(desk), NOT_IN_GRADEBOOK), **desk.answers.missing},
        sections=desk.sections,
        section=seen.section,
        find=f"{seen.addresses.overview}/find",
        agreement=seen.addresses.agreement,
        marks_twice=desk.settings.marking.second_share > 0,
        requests=seen.addresses.requests,
        asked=len(queue.askings),
        waiting=len(queue.waiting),
    )


def _not_in_gradebook(desk: ClassDesk) -> list[str]:
    known = desk.book.students()
    return [student for student in desk.answers.students if student not in known]


def _question(
    desk: ClassDesk, item_id: str, workers: Workers, flagged: tuple[tuple[str, str], ...], seen: Seen
) -> QuestionView:  # fmt: skip
    item = desk.questions[item_id]
    return QuestionView(
        item=item_id,
        heading=item.heading,
        points=points(item.points),
        line=first_line(desk.question_texts[item_id]),
        address=seen.addresses.question(item_id),
        progress=desk.figures.progress(item_id, seen.marker.name),
        workers=workers,
        flagged=flagged,
        changed_rubric=desk.book.rubric(item_id).pending is not None,
        rubric_page=f"{seen.addresses.question(item_id)}/rubric",
    )


def _flags(desk: ClassDesk, seen: Seen) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for flag in desk.book.flags():
        if flag.item in desk.questions:
            number = desk.order(flag.item).number.get(flag.student)
            address = seen.addresses.answer(flag.item, desk.key(flag.student))
            found[flag.item].append((str(number or "?"), address))
    return {item: tuple(flags) for item, flags in found.items()}
