"""Writes the report of a class from what is stored: `autograder report`, and the end of `autograder grade`."""

import functools
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from .. import gradebook
from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..gradebook.marks import StudentMarks, without_marked
from ..gradebook.regrade_requests import RequestsByItem, count_open, regrade_requests
from ..intake.people import as_listed, everybody, latest_roster, people
from ..lms import roster as rosters
from ..lms.find_student import Students
from ..lms.roster import Roster
from ..marking import class_pictures, code_likeness, lookalikes, rendered_pictures
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import ConfigError
from ..model.person_names import written
from ..model.plain_text import counted
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission_status import status_of
from ..nbgrader.stored_answers import StoredWork
from ..reports.about_run import about_run
from ..reports.class_figures import class_figures
from ..reports.class_page import render
from ..reports.class_scores import ClassMarks
from ..reports.regrade_csv import write_regrade_csv
from ..reports.stored_class import class_marks, stored_reports
from ..reports.stored_lateness import lateness
from ..reports.terminal_table import format_items, format_students
from .requests import say_open

DONE, NEEDS_A_PERSON = 0, 1
NO_MARKS = StudentMarks({})
MOST_PROBLEMS = 10  # students of whom it is said by name that their answers cannot be read


def report(course_dir: Path, out: Path | None = None, *, name: str = "", roster: Path | None = None) -> int:
    """Rebuild the class report from the stored reports; return the exit code.

    A `roster` replaces that of the settings, or the one used last; nothing is graded again for it.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    course = latest_roster(settings, folders, roster)
    pictures, code = class_pictures.Collection(assignment), code_likeness.Collection(assignment)
    return write_report(stored_reports(folders), assignment, settings, folders, course, pictures, code)


def write_report(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders,
    course: Roster | None, pictures: class_pictures.Collection, code: code_likeness.Collection, *,
    graded: Collection[str] | None = None, gradebook_fails: bool = False,
) -> int:  # fmt: skip
    """Write the report of a class, and print its figures; what `pictures` and `code` lack is added to them.

    `graded` are the students that the table is about, by default everybody. With `gradebook_fails` the caller says what
    is wrong with the gradebook.
    """
    reports = as_listed(reports, course)
    with rendered_pictures.RenderedPictures(folders.pictures) as rendered:
        work = StoredWork(assignment, settings, folders, rendered)
        texts = _texts(work, reports)
        _complete(pictures, code, reports, work, rendered)
    alike = lookalikes.find(texts, assignment)
    known = everybody(course, folders, (entry.student for entry in reports))
    late = lateness(reports, assignment, settings, folders, known)
    absent = absentees(course, reports) if course is not None else []
    found = pictures.class_pictures(reports)
    needs_person = False
    try:
        given = class_marks(reports, assignment, settings, folders)
        name_students(settings, folders, known)
    except ConfigError as error:
        given, needs_person = ClassMarks(), True
        if not gradebook_fails:
            print(f"The report counts no marks of people: {error}", file=sys.stderr)
    requests = _requests(assignment, settings, folders)
    called = {entry.student: known.member(entry.student) for entry in reports}
    page = render(
        reports, assignment, folders.report, lookalikes=alike, code_alike=code.groups(), given=given,
        late=late, people=called, pictures=found, absent=absent,
        about=about_run(reports, assignment, settings, folders), open_requests=count_open(requests or {}),
    )  # fmt: skip
    left = [without_marked(entry, given.marks.get(entry.student, NO_MARKS)) for entry in reports]
    shown = [entry for entry in left if graded is None or entry.student in graded]
    print(f"\n{format_students(shown, assignment, given, people=called)}\n")
    if len(shown) == len(left):
        print(f"{format_items(class_figures(left, assignment, given))}\n")
    print(f"Report: {page}")
    by_checks = {item.id for item in assignment.auto_items}
    again = sum(waits.id in by_checks for entry in left for waits in entry.awaiting_person)
    if waiting := sum(len(entry.awaiting_person) for entry in left) - again:
        print(f"Not marked yet: {counted(waiting, 'written answer')}. `autograder mark` opens them.")
    if again:
        print(f"Points of people to look at again, because the code changed: {counted(again, 'item')}, in formgrader.")
    needs_person = needs_person or any(status_of(entry).needs_person for entry in left)
    if requests is None:
        return NEEDS_A_PERSON
    write_regrade_csv(requests, assignment, people(course, folders, requests), folders.report)
    needs_person |= say_open(count_open(requests))
    return NEEDS_A_PERSON if needs_person else DONE


def _requests(
    assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> dict[str, RequestsByItem] | None:  # fmt: skip
    """Return the regrade requests; None where the gradebook cannot be read, which was said of the marks."""
    try:
        return regrade_requests(gradebook.url(settings, folders.out), assignment)
    except ConfigError:
        return None


def name_students(settings: CourseSettings, folders: ResultFolders, known: Students) -> None:
    """Let formgrader show the names that the latest list of the class has; only say so where that fails."""
    try:
        gradebook.name_students(gradebook.url(settings, folders.out), known.members)
    except ConfigError as error:
        print(f"Formgrader may show older names: {error}", file=sys.stderr)


def _texts(work: StoredWork, reports: Sequence[Report]) -> dict[str, dict[str, str]]:
    """Return what students wrote, by student and item; say whose answers cannot be read."""
    answers = work.class_answers()
    for problem in [*answers.missing.values()][:MOST_PROBLEMS]:
        _warn(problem)
    if (more := len(answers.missing) - MOST_PROBLEMS) > 0:
        _warn(f"The answers of {counted(more, 'more student')} cannot be read.")
    known = {entry.student for entry in reports if not entry.refused}.intersection(answers.students)
    return {
        student: {item_id: answer.text for item_id, answer in answers.of_student(student).items()} for student in known
    }


def absentees(course: Roster, reports: Sequence[Report]) -> list[str]:
    """Return name and id of everybody in the roster of whom nothing came."""
    absent = rosters.missing(course, (report.student for report in reports))
    return [written(member.name, member.student) for member in absent]


def _complete(
    pictures: class_pictures.Collection, code: code_likeness.Collection, reports: Sequence[Report], work: StoredWork,
    rendered: rendered_pictures.RenderedPictures,
) -> None:  # fmt: skip
    """Add the pictures and the code of students who were graded in an earlier run."""

    def add(entry: Report) -> None:
        submission = work.submission(entry.student)
        if submission is not None:
            pictures.add(submission, rendered)
            code.add(submission)

    for entry in reports:
        if entry.student not in pictures.students and not entry.refused:
            step = f"Reading what {entry.student} handed in"
            attempt(step, functools.partial(add, entry), _warn, reads=True)


def _warn(sentence: str) -> None:
    print(f"{sentence} The report does not contain it.", file=sys.stderr)
