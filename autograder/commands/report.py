"""Writes the report of a class from what is stored: `autograder report`, and the end of `autograder grade`."""

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import intake
from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..intake.people import course_roster
from ..lms import roster as rosters
from ..lms.roster import Roster
from ..marking import lookalikes, rendered_pictures
from ..marking.answers import written_answers
from ..marking.class_work import ClassWork
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission_status import status_of
from ..nbgrader import formgrader_notebooks
from ..reports.class_page import render
from ..reports.stored_class import lateness, stored_reports

DONE, NEEDS_A_PERSON = 0, 1


def report(course_dir: Path, out: Path | None = None, *, name: str = "") -> int:
    """Rebuild the class report from the stored reports; return the exit code."""
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    course = course_roster(settings, folders)
    return write_report(stored_reports(folders), assignment, settings, folders, course, ClassWork(assignment))


def write_report(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders,
    course: Roster | None, work: ClassWork,
) -> int:  # fmt: skip
    """Write the report of a class; what `work` lacks is added to it."""
    with rendered_pictures.RenderedPictures(folders.pictures) as rendered:
        _complete(work, reports, assignment, settings, folders.submitted, rendered)
    alike = lookalikes.find(work.answers, assignment)
    late = lateness(reports, assignment, folders, settings.late_policy)
    absent = absentees(course, reports) if course is not None else []
    pictures = work.pictures.class_pictures(reports)
    page = render(reports, assignment, folders.report, lookalikes=alike, late=late, pictures=pictures, absent=absent)
    print(f"Report: {page}")
    return NEEDS_A_PERSON if any(status_of(entry).needs_person for entry in reports) else DONE


def absentees(course: Roster, reports: Sequence[Report]) -> list[str]:
    """Return name and id of everybody in the roster of whom nothing came."""
    absent = rosters.missing(course, (report.student for report in reports))
    return [f"{member.name} ({member.student})" for member in absent]


def _complete(
    work: ClassWork, reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, submitted_dir: Path,
    rendered: rendered_pictures.RenderedPictures,
) -> None:  # fmt: skip
    """Add the work of students who were graded in an earlier run."""
    missing = [entry for entry in reports if entry.student not in work.answers and not entry.refused]
    given = formgrader_notebooks.Assembler(assignment, settings).given if missing else {}

    def add(entry: Report) -> None:
        folder = submitted_dir / entry.student / assignment.name
        if not folder.is_dir():
            return
        submission = intake.read_folder(folder, entry.student, assignment)
        work.add(entry, submission, written_answers(submission, assignment, given), rendered)

    for entry in missing:
        step = f"Reading what {entry.student} wrote"
        attempt(step, functools.partial(add, entry), _warn, reads=True)


def _warn(sentence: str) -> None:
    print(f"{sentence} The report does not contain it.", file=sys.stderr)
