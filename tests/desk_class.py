"""A class on the marking desk: a small course, its gradebook in any database, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import small_course
import whole_gradebook
from nbgrader import api

from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook import ScoreWriter
from autograder.gradebook.desk_book import Decision, DeskBook, Marker, State
from autograder.model.report import Report
from autograder.model.submission import GroupWork, Submission
from autograder.nbgrader.formgrader_notebooks import Assembler

ITEM = "attacks"
ADA, BEN, CEM = Marker("Ada", "1"), Marker("Ben", "2"), Marker("Cem", "3")


@dataclass
class Clock:
    """A clock that stands still."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class DeskClass:
    """A registered course and its marks."""

    folder: Path
    db_url: str
    clock: Clock = field(default_factory=Clock)
    second_share: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.assignment = assignments.load(self.folder)
        self.settings = course_settings.load(self.folder)
        self.assembler = Assembler(self.assignment, self.settings)
        self.book = self.open()

    def open(self, **options: Any) -> DeskBook:
        """Open the marks as another process would."""
        options = {
            "clock": self.clock,
            "second_share": self.second_share,
            "rubrics": self.assignment.rubrics,
            **options,
        }
        return DeskBook(self.db_url, self.assignment, **options)

    def hand_in(self, students: Iterable[str], words: str = "My words.", *, group: GroupWork | None = None) -> None:
        """Grade and record a submission of each student, with an answer to ITEM that has the student's name in it."""
        with ScoreWriter(self.assignment, self.settings, self.db_url) as writer:
            for student in students:
                said = words if group or not words else f"{words} {student}"
                sheets = small_course.sheets(self.folder, **{ITEM: said})
                self.record(writer, Submission(student, sheets=sheets, group=group))

    def record(self, writer: ScoreWriter, submission: Submission, *, refused: str = "") -> None:
        """Record one submission."""
        report = small_course.report(submission.student, self.assignment)
        if refused:
            report = Report(submission.student, report.items, report.awaiting_person, refused=refused)
        writer.record(self.assembler.assemble(report, submission))

    def state(self, student: str = "ann", item: str = ITEM) -> State:
        """Return one state."""
        return self.book.states(item)[student]

    def seen(self, *students: str, second: bool = False) -> dict[str, str]:
        """Return the revisions that a page shows now."""
        states = self.book.states(ITEM, second=second)
        return {student: states[student].revision for student in students if student in states}

    def save(self, marker: Marker, *students: str, second: bool = False, ticks: str = "", **decision: Any):
        """Decide as on a page that was opened just now."""
        said = Decision(frozenset(ticks.split()), **decision)
        return self.book.save(ITEM, students, said, marker, seen=self.seen(*students, second=second), second=second)

    def cell(self, student: str = "ann", item: str = ITEM) -> tuple:
        """Return (auto score, manual score, extra credit, needs a person), then the comment of a person."""
        books = whole_gradebook.dump(self.db_url)["hw4"]["submissions"][student].values()
        return next((*book["grades"][item], book["comments"][item][1]) for book in books if item in book["grades"])

    def formgrader(self, student: str = "ann", *, score: float | None, comment: str | None = None) -> None:
        """Give a mark as formgrader does."""
        notebook = self.assignment.item(ITEM).notebook
        with api.Gradebook(self.db_url) as book:
            grade = book.find_grade(ITEM, notebook, "hw4", student)
            grade.manual_score = score
            grade.needs_manual_grade = score is None and grade.auto_score is None
            if comment is not None:
                book.find_comment(ITEM, notebook, "hw4", student).manual_comment = comment
            book.db.commit()
