"""Enters finished reports where people look: gradebook, autograded notebooks, pictures of the submissions."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from ..course.course_settings import CourseSettings
from ..marking import class_answers, class_pictures, code_likeness, rendered_pictures
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.error_lines import sentence
from ..model.errors import ConfigError
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import Submission
from ..nbgrader import formgrader_notebooks
from . import scores


class Recorder(AbstractContextManager):
    """The gradebook and autograded/ of one run, kept open over a whole class; a context manager.

    Pictures are made while the submission is graded, because a scanned page takes as long as half a notebook.
    What cannot be written does not stop the grading: `problem` says so at the end, and the next run writes it.
    """

    def __init__(
        self, assignment: Assignment, settings: CourseSettings, db_url: str, out_dir: Path, *,
        jobs: int = 1, weak: bool = False,
    ) -> None:  # fmt: skip
        """Begin to open the gradebook.

        `jobs` threads make pictures, with `weak` although this machine lacks a layer of the confinement.
        """
        # Of the submissions that were entered, while each is at hand: to read all of them again takes 6 ms each.
        self.pictures = class_pictures.Collection(assignment)
        self.code = code_likeness.Collection(assignment)
        self.not_entered: list[str] = []  # by a fault of the grader that concerns one submission: who, and what broke
        self._assignment, self._settings = assignment, settings
        self._folders = ResultFolders(out_dir, assignment.name)
        self._problem = ""
        self._missing = 0  # submissions that could not be entered
        self._gradebook_failed = False
        self._drawings: dict[str, list[Future[Any]]] = {}
        self._stack = ExitStack()
        self._rendered = self._stack.enter_context(
            rendered_pictures.RenderedPictures(self._folders.pictures, weak=weak)
        )
        self._threads = self._stack.enter_context(ThreadPoolExecutor(1 + jobs))
        self._opened = self._threads.submit(self._open, db_url)

    def _open(self, db_url: str) -> tuple[scores.ScoreWriter, formgrader_notebooks.Assembler]:
        """Registering the assignment takes seconds, in which workers can start."""
        recorder = scores.ScoreWriter(self._assignment, self._settings, db_url)
        self._stack.push(recorder)
        return recorder, formgrader_notebooks.Assembler(self._assignment, self._settings, self._rendered)

    def __exit__(self, *exc: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._stack.close()

    def expect(self, submission: Submission) -> Submission:
        """Begin with the pictures of a submission that will be recorded; return the submission."""
        draw = class_pictures.draw_ahead
        drawings: list[Future[Any]] = [self._threads.submit(draw, submission, self._assignment, self._rendered)]
        for file in self._assignment.files:
            if file.kind == "pdf" and file.id in submission.files:
                drawings.append(self._threads.submit(self._rendered.pages, submission.files[file.id]))
        self._drawings[submission.student] = drawings
        return submission

    def record(self, report: Report, submission: Submission) -> None:
        """Enter one report, or note that it could not be entered. Never raises for what was submitted."""
        drawings = self._drawings.pop(submission.student, ())
        try:
            if self._gradebook_failed:  # each further try could wait half a minute for a lock
                raise ConfigError(self._problem)
            attempt(
                "Entering the submission",
                lambda: self._enter(report, submission, drawings),
                lambda sentence: self.not_entered.append(f"{report.student}: {sentence}"),
            )
        except (ConfigError, OSError) as error:
            self._gradebook_failed = isinstance(error, ConfigError)
            self._problem = self._problem or sentence(error)
            self._missing += 1

    @property
    def problem(self) -> str:
        """What is missing and why, in a sentence; empty when everything is entered."""
        if not self._missing:
            return ""
        what = "1 submission is" if self._missing == 1 else f"{self._missing} submissions are"
        return f"{self._problem} {what} graded but not entered: fix this and run the command again."

    def _enter(self, report: Report, submission: Submission, drawings: Iterable[Future[Any]]) -> None:
        recorder, assembler = self._opened.result()
        for drawing in drawings:
            drawing.result()
        ready = assembler.assemble(report, submission)
        recorder.record(ready, scores.submitted_at(self._folders.submitted / report.student / self._assignment.name))
        formgrader_notebooks.write(ready, self._folders.autograded(report.student))
        class_answers.write(ready.answers, self._folders)
        if submission.problem is None and not report.refused:
            self.pictures.add(submission, self._rendered)
            self.code.add(submission)
