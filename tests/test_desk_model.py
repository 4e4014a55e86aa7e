"""Whatever three markers and formgrader do in whatever order, the gradebook is what a simple model says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import small_course
from desk_class import ADA, BEN, CEM, ITEM, DeskClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import NullPool, create_engine, text

from autograder.course import assignment as assignments
from autograder.gradebook.desk_book import Decision, DeskBook, Marker, Taken

STUDENTS = ["ann", "bob", "cyd"]
MARKERS = {marker.name: marker for marker in (ADA, BEN, CEM)}
RUBRICS = ({"1": 5.0, "2": 5.0}, {"1": 6.0, "2": 4.0})

SAVES = st.tuples(
    st.just("save"),
    st.sampled_from(sorted(MARKERS)),
    st.lists(st.sampled_from(STUDENTS), min_size=1, max_size=3, unique=True),
    st.sets(st.sampled_from(["1", "2"])),
    st.booleans(),
)
ACTIONS = st.one_of(
    SAVES,
    SAVES,
    st.tuples(st.just("undo"), st.sampled_from(sorted(MARKERS))),
    st.tuples(st.just("formgrader"), st.sampled_from(STUDENTS), st.sampled_from([None, 2.5, 7.5])),
    st.tuples(st.just("rubric"), st.sampled_from([0, 1])),
    st.tuples(st.just("wait")),
)


@dataclass(frozen=True)
class Said:
    """What counts for an answer: ticks, or a score from formgrader; by which action."""

    ticks: frozenset[str] = frozenset()
    done: bool = False
    action: int = 0
    formgrader: float | None = None

    @property
    def has_score(self) -> bool:
        return bool(self.ticks) or self.done


@dataclass
class Model:
    """The class as anybody would expect it."""

    said: dict[str, Said] = field(default_factory=lambda: dict.fromkeys(STUDENTS, Said()))
    cleared: set[str] = field(default_factory=set)  # in formgrader; the ticks are still there
    holder: dict[str, str] = field(default_factory=dict)
    actions: list[tuple[str, dict[str, tuple[Said, bool]]]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)
    rubric: int = 0

    def score(self, student: str) -> float | None:
        said = self.said[student]
        if said.formgrader is not None:
            return said.formgrader
        if student in self.cleared or not said.has_score:
            return None
        return sum(RUBRICS[self.rubric][tick] for tick in said.ticks)

    def is_taken(self, marker: str, students: list[str]) -> bool:
        return any(self.holder.get(student, marker) != marker for student in students)

    def save(self, marker: str, students: list[str], ticks: set[str], done: bool) -> None:
        before = {student: (self.said[student], student in self.cleared) for student in students}
        self.actions.append((marker, before))
        for student in students:
            self.said[student] = Said(frozenset(ticks), done, len(self.actions))
            self.cleared.discard(student)
            self.holder[student] = marker

    def undo(self, marker: str) -> list[str] | None:
        """Return whose decisions are as before, None if somebody changed all of them since."""
        mine = [
            number for number, (name, _) in enumerate(self.actions, 1) if name == marker and number not in self.undone
        ]
        if not mine:
            return []
        self.undone.add(mine[-1])
        kept = []
        for student, (before, was_cleared) in self.actions[mine[-1] - 1][1].items():
            said = self.said[student]
            if said.action == mine[-1] and said.formgrader is None and not self.is_taken(marker, [student]):
                self.said[student] = before
                (self.cleared.add if was_cleared else self.cleared.discard)(student)
                self.holder[student] = marker
                kept.append(student)
        return sorted(kept) or None

    def formgrader(self, student: str, score: float | None) -> None:
        if score is None:
            if self.said[student].formgrader is not None or self.said[student].has_score:
                self.cleared.add(student)
            self.said[student] = replace(self.said[student], formgrader=None)
        else:
            self.said[student] = replace(self.said[student], formgrader=score)
            self.cleared.discard(student)


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("model") / "course")
    small_course.register(folder)
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}")
    desk.hand_in(STUDENTS)
    desk.book.__exit__(None, None, None)
    return folder


class Real:
    """The book, and formgrader's way into the same file."""

    def __init__(self, course: Path, folder: Path) -> None:
        shutil.copy(course / "gradebook.db", folder / "gradebook.db")
        self.now, self.assignment = 0.0, assignments.load(course)
        url = f"sqlite:///{folder / 'gradebook.db'}"
        self.engine = create_engine(url, poolclass=NullPool)
        self.book = DeskBook(url, self.assignment, self.assignment.rubrics, clock=lambda: self.now)
        with self.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT s.student_id, g.id FROM grade g JOIN submitted_notebook b ON b.id = g.notebook_id "
                    "JOIN submitted_assignment s ON s.id = b.assignment_id JOIN base_cell c ON c.id = g.cell_id "
                    "WHERE c.name = :item"
                ),
                {"item": ITEM},
            )
            self.rows = dict(rows.all())

    def save(self, marker: Marker, students: list[str], ticks: set[str], done: bool) -> None:
        seen = {student: state.revision for student, state in self.book.states(ITEM).items()}
        self.book.save(ITEM, students, Decision(frozenset(ticks), done=done), marker, seen=seen)

    def formgrader(self, student: str, score: float | None) -> None:
        change = text("UPDATE grade SET manual_score = :score, needs_manual_grade = :waits WHERE id = :row")
        with self.engine.begin() as connection:
            connection.execute(change, {"score": score, "waits": score is None, "row": self.rows[student]})

    def adopt(self, number: int) -> None:
        stored = self.book.rubric(ITEM).rubric
        points = RUBRICS[number]
        criteria = tuple(replace(criterion, points=points[criterion.id]) for criterion in stored.criteria)
        self.book.adopt(ITEM, replace(stored, criteria=criteria), ADA)

    def scores(self) -> dict[str, float | None]:
        with self.engine.connect() as connection:
            rows = dict(connection.execute(text("SELECT id, manual_score FROM grade")).all())
        return {student: rows[row] for student, row in self.rows.items()}


def play(real: Real, model: Model, action: tuple) -> None:
    """Do the same to both; what one refuses, the other refuses."""
    match action:
        case "save", marker, students, ticks, done:
            if model.is_taken(marker, students):
                with pytest.raises(Taken):
                    real.save(MARKERS[marker], students, ticks, done)
            else:
                real.save(MARKERS[marker], students, ticks, done)
                model.save(marker, students, ticks, done)
        case "undo", marker:
            expected = model.undo(marker)
            if expected is None:
                with pytest.raises(Taken):
                    real.book.undo(ITEM, MARKERS[marker])
            else:
                assert list(real.book.undo(ITEM, MARKERS[marker])) == expected
        case "formgrader", student, score:
            real.formgrader(student, score)
            model.formgrader(student, score)
        case "rubric", number:
            real.adopt(number)
            model.rubric = number
        case _:
            real.now += 1_000
            model.holder.clear()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, min_size=3, max_size=16))
def test_the_gradebook_is_what_the_model_says(graded: Path, actions: list[tuple]):
    """No mark is lost, no undo overwrites anybody, every score follows the rubric; after each single step."""
    with tempfile.TemporaryDirectory() as folder:
        real, model = Real(graded, Path(folder)), Model()
        with real.book:
            for action in actions:
                play(real, model, action)
                assert real.scores() == {student: model.score(student) for student in STUDENTS}
        real.engine.dispose()
