"""One run over a class, from paths to gradebook, report and feedback: `hw4 grade`, `hw4 report`, `hw4 feedback`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from . import assignment as assignments
from . import class_report, cohort, gradebook, intake
from . import feedback as feedback_pages
from .assignment import Assignment
from .class_report.standing import is_refused, standing
from .cohort import changes as score_changes
from .errors import ConfigError, GraderFault, SubmissionError
from .feedback.marks import marks as read_marks
from .gradebook import autograded, formgrader
from .gradebook.bookkeeping import Books
from .intake import Submission
from .report import Finding, Report
from .session.launcher import require_layers
from .written import lookalikes
from .written.answers import written_answers

DONE, NEEDS_A_PERSON = 0, 1


def grade(
    course_dir: Path, paths: Sequence[Path], out: Path | None = None, *, jobs: int = 1, scheduler: str | None = None,
    student: str | None = None, fresh: bool = False, weak: bool = False,
) -> int:  # fmt: skip
    """Collect, grade, fill the gradebook, write the report; return the exit code.

    Args:
        course_dir: The folder that holds source/ and answers/.
        paths: Canvas downloads, zips, or folders of either.
        out: Receives submitted/, autograded/, results/, report/ and gradebook.db; the course folder by default.
        jobs: Worker processes.
        scheduler: Address of a Dask scheduler to use instead of local workers.
        student: Grade only this student.
        fresh: Grade again what has not changed, too.
        weak: Grade although this machine lacks a layer of the confinement.

    Raises:
        ConfigError: A path holds nothing to grade, the sources contradict themselves, or a layer is missing.
    """
    assignment = assignments.load(course_dir)
    out = (out or course_dir).resolve()
    with intake.Inbox(paths, assignment) as inbox:
        if student is not None:
            inbox.only(student)
            if not inbox:
                raise ConfigError(f"No submission of {student!r} is among them.")
        if not weak:
            require_layers()
        settings = cohort.Settings(min(jobs, len(inbox)), scheduler, fresh, weak)
        store = cohort.Store(out)
        with store.alone():
            is_first, problem = _grade_class(inbox, assignment, out, store, settings)
            changes = store.diary.all()
        graded = set(inbox.students)
    formgrader.make_openable(out, course_dir)
    reports = _stored_reports(out)
    print(class_report.format_table(report for report in reports if report.student in graded))
    if not is_first:
        print(score_changes.table(changes))
    store.diary.close()
    code = _report(reports, assignment, out)
    if problem:
        raise ConfigError(problem)
    return code


def _grade_class(
    inbox: intake.Inbox, assignment: Assignment, out: Path, store: cohort.Store, settings: cohort.Settings
) -> tuple[bool, str]:
    """Grade and record one after the other; return whether none had been graded before, and what was not recorded."""
    is_first = True
    with contextlib.ExitStack() as stack:
        db_url = gradebook.url(assignment.course_dir, out)
        books = stack.enter_context(Books(assignment, db_url, out, jobs=settings.jobs, weak=settings.weak))
        progress = stack.enter_context(contextlib.closing(Progress(len(inbox))))
        stored = (books.expect(_stored(submission, out / "submitted", assignment)) for submission in inbox)
        outcomes = stack.enter_context(contextlib.closing(cohort.grade_each(stored, assignment, store, settings)))
        for outcome in outcomes:
            books.record(outcome.report, outcome.submission)
            progress.count()
            is_first = is_first and outcome.is_first
    return is_first, books.problem


def report(course_dir: Path, out: Path | None = None) -> int:
    """Rebuild the class report from the stored reports; return the exit code."""
    out = (out or course_dir).resolve()
    return _report(_stored_reports(out), assignments.load(course_dir), out)


def _report(reports: Sequence[Report], assignment: Assignment, out: Path) -> int:
    alike = lookalikes.find(_written_answers(reports, assignment, out / "submitted"), assignment)
    page = class_report.render(reports, assignment, out / "report", lookalikes=alike)
    print(f"Report: {page}")
    return NEEDS_A_PERSON if any(standing(entry).needs_person for entry in reports) else DONE


def feedback(course_dir: Path, out: Path | None = None, *, model_answers: bool = False) -> int:
    """Write a page for each student and a zip of them for Canvas; return the exit code.

    Args:
        course_dir: The folder that holds source/ and answers/.
        out: Where `hw4 grade` put its results; the course folder by default.
        model_answers: Show the instructor's answers on every page.

    Raises:
        ConfigError: Nothing has been graded yet, or the gradebook cannot be read.
    """
    out = (out or course_dir).resolve()
    assignment = assignments.load(course_dir)
    reports = _stored_reports(out)
    canvas = {
        entry.student: known
        for entry in reports
        if (known := intake.canvas_entry(out / "submitted", entry.student, assignment, refused=is_refused(entry)))
    }
    marks = read_marks(gradebook.url(course_dir, out), assignment)
    written = feedback_pages.write(reports, marks, assignment, out, canvas=canvas, model_answers=model_answers)
    print(f"Feedback: {_counted(written.pages, 'page')} in {written.folder}; to upload to Canvas: {written.zip}")
    if written.loose:
        print(f"Sent no zip, so Canvas shows their page under the name of another file: {', '.join(written.loose)}")
    if not written.open_items:
        return DONE
    answers, students = _counted(written.open_items, "answer"), _counted(written.open_pages, "student")
    print(f"Not final: {answers} of {students} still {'waits' if written.open_items == 1 else 'wait'} for a person.")
    return NEEDS_A_PERSON


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _stored_reports(out: Path) -> list[Report]:
    try:
        reports = cohort.Store(out).all()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if not reports:
        raise ConfigError(f"There are no stored reports in {out / 'results'}: run `hw4 grade` first.")
    return reports


def _written_answers(
    reports: Sequence[Report], assignment: Assignment, submitted_dir: Path
) -> dict[str, dict[str, str]]:  # fmt: skip
    """Return the written answers of everybody who was not refused, by student and item."""
    given = autograded.Assembler(assignment).given
    answers = {}
    for entry in reports:
        folder = submitted_dir / entry.student / assignment.name
        if not is_refused(entry) and folder.is_dir():
            submission = intake.read_folder(folder, entry.student, assignment)
            answers[entry.student] = written_answers(submission, assignment, given)
    return answers


def _stored(submission: Submission, submitted_dir: Path, assignment: Assignment) -> Submission:
    """Write a submission to submitted/; return it, refused when its folder is somebody else's.

    One that cannot be written is graded all the same, and its report says so.
    """
    try:
        if submission.problem is None:
            intake.store(submission, submitted_dir, assignment)
            return submission
    except SubmissionError as error:
        submission = replace(submission, problem=str(error))
    except GraderFault as fault:
        return replace(submission, findings=(*submission.findings, Finding("warning", str(fault))))
    intake.note_refused(submission, submitted_dir, assignment)
    return submission


class Progress:
    """Says how far the grading is: a bar with the time left on a terminal, a line for each tenth elsewhere."""

    def __init__(self, total: int) -> None:
        """Begin with nothing done of `total` submissions."""
        self._total, self._done = total, 0
        self._bar = tqdm(total=total, desc="graded", unit="submission", disable=None)  # None: only on a terminal

    def count(self) -> None:
        """Count one more finished submission."""
        self._done += 1
        self._bar.update()
        if self._bar.disable and (self._done == self._total or self._done % max(1, self._total // 10) == 0):
            print(f"graded {self._done} of {self._total}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.close()
