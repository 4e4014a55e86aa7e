"""What goes back to students and to Canvas, from what is stored: `autograder feedback`, `autograder export canvas`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .. import gradebook, intake
from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..formats.whole_files import write_whole
from ..gradebook.final_scores import final_scores
from ..gradebook.marks import StudentMarks
from ..gradebook.marks import marks as read_marks
from ..lms import canvas_scores as canvas_export
from ..lms.canvas_gradebook import CanvasGradebook
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.final_score import FinalScore
from ..model.plain_text import counted, one_line
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import CanvasEntry
from ..model.submission_status import NAME_LIMIT
from ..reports import feedback as feedback_pages
from .grade import lateness, stored_reports

DONE, NEEDS_A_PERSON = 0, 1


def feedback(course_dir: Path, out: Path | None = None, *, name: str = "", model_answers: bool = False) -> int:
    """Write a page for each student and a zip of them for Canvas; return the exit code.

    Args:
        course_dir: The folder that holds source/ and answers/.
        out: Where `autograder grade` put its results; the course folder by default.
        name: The assignment; by default the only one.
        model_answers: Show the instructor's answers on every page.

    Raises:
        ConfigError: Nothing has been graded yet, or the gradebook cannot be read.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    reports = stored_reports(folders)
    entries = _canvas_entries(reports, assignment, folders)
    marks = _marks(reports, assignment, settings, folders)
    written = feedback_pages.write(reports, marks, assignment, folders, canvas=entries, model_answers=model_answers)
    print(f"Feedback: {counted(written.pages, 'page')} in {written.folder}; to upload to Canvas: {written.zip}")
    if written.loose:
        print(f"Sent no zip, so Canvas shows their page under the name of another file: {', '.join(written.loose)}")
    if written.left_out:
        print(f"Sent no file by Canvas, so their page is not in the zip: {', '.join(written.left_out)}")
    for sentence in written.failed:
        print(f"No page could be written: {sentence}")
    unknown = [entry.student for entry in reports if entry.student in marks and marks[entry.student].late_unknown]
    if unknown:
        print(f"Marked late, number of days unknown, so no penalty is applied yet: {', '.join(unknown)}")
    if not written.open_items:
        return NEEDS_A_PERSON if unknown or written.failed else DONE
    answers, students = counted(written.open_items, "answer"), counted(written.open_pages, "student")
    print(f"Not final: {answers} of {students} {'is' if written.open_items == 1 else 'are'} not marked yet.")
    return NEEDS_A_PERSON


def export_to_canvas(
    course_dir: Path, template: Path, out: Path | None = None, *, name: str = "", column: str = "",
    partial: bool = False,
) -> int:  # fmt: skip
    """Fill one column of an exported Canvas gradebook with the scores; return the exit code.

    Args:
        course_dir: The folder that holds source/ and answers/.
        template: The gradebook that the instructor exported from Canvas; it is not changed.
        out: Where `autograder grade` put its results, and where the filled file goes; the course folder by default.
        name: The assignment; by default the only one.
        column: The column to fill, where it is not named like the assignment.
        partial: Treat unmarked answers as 0.

    Raises:
        ConfigError: Nothing has been graded yet, the template is no export of Canvas's, or no one column fits.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    path = folders.scores_for_canvas
    exported = CanvasGradebook(template)
    if path.exists() and path.samefile(template):
        raise ConfigError(f"{path} is what this command writes: give the file that Canvas exported.")
    target = canvas_export.find_column(exported, assignment, column or settings.column)
    reports = stored_reports(folders)
    users = {student: entry.user for student, entry in _canvas_entries(reports, assignment, folders).items()}
    marks = _marks(reports, assignment, settings, folders)
    filled = canvas_export.fill(exported, target, final_scores(reports, marks, assignment, users), partial=partial)
    write_whole(path, filled.data)
    print(
        f'Scores of {counted(len(filled.students), "student")} entered in "{one_line(target.header, NAME_LIMIT)}"; '
        f"to import into Canvas: {path}"
    )
    _say_who_is_not_in(filled)
    possible = sum(item.points for item in assignment.items)
    if target.points not in (None, possible):
        print(f"Canvas counts this column out of {target.possible} points; these scores are out of {possible:g}.")
    return NEEDS_A_PERSON if filled.not_final or filled.without_row else DONE


def _say_who_is_not_in(filled: canvas_export.Filled) -> None:
    """Name everybody whose score is not in the file, or who has none; those with one reason together."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for score in filled.not_final:
        waiting[score.why_open].append(score.student)
    lists = [(f"Not final, so left as it was ({why})", names) for why, names in sorted(waiting.items())] + [
        ("Graded, but not found in this gradebook", [_named(score) for score in filled.without_row]),
        ("In the file, but nothing was graded", [person.name for person in filled.without_score]),
        ("Excused, not assigned or hidden (EX, N/A), so left as it was", [person.name for person in filled.kept]),
    ]
    for title, names in lists:
        if names:
            print(f"{title}: {'; '.join(one_line(name, NAME_LIMIT) for name in names)}.")
    if any(score.open_for(partial=True) == "" for score in filled.not_final):
        print("--partial enters these scores now and treats unmarked answers as 0.")


def _named(score: FinalScore) -> str:
    return f"{score.student} (Canvas user {score.canvas_user})" if score.canvas_user else score.student


def _canvas_entries(
    reports: Iterable[Report], assignment: Assignment, folders: ResultFolders
) -> dict[str, CanvasEntry]:
    """Return where each submission stood in Canvas's download, by student, for those that came from there."""
    return {
        entry.student: known
        for entry in reports
        if (known := intake.canvas_entry(folders.submitted, entry.student, assignment, refused=bool(entry.refused)))
    }


def _marks(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> Mapping[str, StudentMarks]:  # fmt: skip
    """Return the marks of everybody, with what being late costs."""
    marks, policy = read_marks(gradebook.url(settings, folders.out), assignment), settings.late_policy
    if strangers := policy.days_late.keys() - {report.student for report in reports}:
        print(f"c.LatePolicy.days_late names nobody who was graded: {', '.join(sorted(strangers))}.")
    for student, late in lateness(reports, assignment, folders.submitted, policy).items():
        given = marks.get(student, StudentMarks({}))
        penalty = given.penalty + late.points  # the first is what nbgrader's own setting took off
        marks[student] = replace(given, penalty=penalty, late=late.words, late_unknown=late.is_open)
    return marks
