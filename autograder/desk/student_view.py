"""All answers of one student on one page, and finding a student by name."""

import itertools
from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.desk_book import State
from ..gradebook.desk_book import Status as Marked
from ..model.plain_text import points
from .answer_body import answer_html
from .answer_view import STATUS_WORDS
from .class_desk import ClassDesk
from .seen import Seen

MOST_FOUND = 50


@dataclass(frozen=True)
class WrittenView:
    """One answer of the student."""

    heading: str
    address: str
    score: str
    most: str
    status: str
    status_words: str
    body: Markup


@dataclass(frozen=True)
class StudentView:
    """What the template shows."""

    title: str
    overview: str
    total: str
    most: str
    answers: list[WrittenView]


@dataclass(frozen=True)
class Found:
    """A student who fits what was looked for."""

    name: str
    address: str


def student_view(desk: ClassDesk, student: str, seen: Seen) -> StudentView:
    """Return all answers of one student with their marks."""
    states, key = desk.book.of_student(student), desk.key(student)
    answers = []
    for item_id, answer in desk.answers.of_student(student).items():
        state = states.get(item_id) or State(student, Marked.UNMARKED)
        answers.append(
            WrittenView(
                desk.questions[item_id].heading, seen.addresses.answer(item_id, key),
                "–" if state.score is None else points(state.score),
                points(desk.questions[item_id].points), str(state.status), STATUS_WORDS[state.status],
                answer_html(answer, lambda name, version: seen.addresses.file(key, name, version)),
            )
        )  # fmt: skip
    return StudentView(
        title=desk.name(student),  # whoever comes here asked for somebody by name, or sees the names
        overview=seen.addresses.overview,
        total=points(sum(state.score or 0.0 for state in states.values())),
        most=points(sum(item.points for item in desk.questions.values())),
        answers=answers,
    )


def found_students(desk: ClassDesk, words: str, seen: Seen) -> list[Found]:
    """Return the students in whose name, id or address all the words are, however they are spelt."""
    found = (student for student in desk.answers.students if desk.people.is_called(student, words))
    return [
        Found(desk.name(student), seen.addresses.student(desk.key(student)))
        for student in itertools.islice(found, MOST_FOUND)
    ]
