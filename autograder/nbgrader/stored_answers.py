"""The answers of a class that was graded, made anew from submitted/ where no file keeps them; and its code."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache

from .. import intake
from ..course.course_settings import CourseSettings
from ..marking.class_answers import ClassAnswers
from ..marking.rendered_pictures import RenderedPictures
from ..marking.student_answers import StudentAnswers
from ..marking.submitted_code import submitted_code
from ..model.assignment import Assignment
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import Submission
from .formgrader_notebooks import Assembler


class StoredWork:
    """What the students of a class handed in, as it lies in submitted/; nothing is read before it is asked for."""

    def __init__(
        self, assignment: Assignment, settings: CourseSettings, folders: ResultFolders, rendered: RenderedPictures
    ) -> None:
        """Read nothing yet. `rendered` has the pictures of the grading, and draws those that are gone."""
        self._assignment, self._settings, self._folders, self._rendered = assignment, settings, folders, rendered
        self.submission = lru_cache(maxsize=2)(self._submission)  # the answers and the pictures are asked for in turn

    def class_answers(self, progress: Callable[[Iterable[str]], Iterable[str]] = iter) -> ClassAnswers:
        """Return the answers of the class, loaded; `progress` goes round the students whose answers are made anew."""
        answers = ClassAnswers(self._assignment, self._folders, self.answers)
        answers.load(progress)
        return answers

    def answers(self, report: Report) -> StudentAnswers | None:
        """Return the answers of one student, None if the submission is gone. Never raises for what it holds."""
        if report.refused:  # what was stored may be an earlier submission, or another student's of the same id
            return self._assembler.answers(report, Submission(report.student, problem=report.refused))
        submission = self.submission(report.student)
        return None if submission is None else self._assembler.answers(report, submission)

    def code(self, student: str) -> Mapping[str, str] | None:
        """Return the cell of each item that checks grade, as it was handed in; None if the submission is gone.

        Never raises for what it holds.
        """
        submission = self.submission(student)
        return None if submission is None else submitted_code(submission, self._assignment, self._assembler.given)

    @cached_property
    def _assembler(self) -> Assembler:
        return Assembler(self._assignment, self._settings, self._rendered)

    def _submission(self, student: str) -> Submission | None:
        folder = self._folders.submitted / student / self._assignment.name
        return intake.read_folder(folder, student, self._assignment) if folder.is_dir() else None
