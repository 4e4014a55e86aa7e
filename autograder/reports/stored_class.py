"""What is stored of a class that was graded: its reports and marks, where each submission came from, how late it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .. import gradebook, intake, running
from ..course.course_settings import CourseSettings
from ..gradebook.given_ticks import ItemTicks, agreement, given_ticks
from ..gradebook.marks import StudentMarks, shared
from ..gradebook.marks import marks as read_marks
from ..intake.people import course_roster, everybody
from ..lms.entries import CANVAS
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import DownloadEntry, GroupWork
from .class_scores import ClassMarks
from .stored_lateness import lateness, strangers


def stored_reports(folders: ResultFolders) -> list[Report]:
    """Return the reports of all students. Raises ConfigError when there is none, or one cannot be read."""
    refuse_version_1(folders)
    try:
        reports = running.Store(folders.out, folders.assignment).all()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if not reports:
        raise ConfigError(f"There are no stored reports in {folders.results}: run `autograder grade` first.")
    return reports


def refuse_version_1(folders: ResultFolders) -> None:
    """Raise ConfigError where results lie as version 1 kept them: nothing says which assignment they are of."""
    if folders.of_version_1:
        raise ConfigError(
            f"The reports in {folders.results.parent} are of version 1, which knew one assignment: move them to "
            f"{folders.results}, and the folder {folders.out / f'.{folders.assignment}'} to {folders.hidden}."
        )


def canvas_entries(
    reports: Iterable[Report], assignment: Assignment, folders: ResultFolders
) -> dict[str, DownloadEntry]:
    """Return where each submission stood in Canvas's download, by student, for those that came from there."""
    return {
        entry.student: known
        for entry in reports
        if (known := intake.download_entry(folders.submitted, entry.student, assignment, refused=bool(entry.refused)))
        and known.system == CANVAS
    }


def marks_with_lateness(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> Mapping[str, StudentMarks]:  # fmt: skip
    """Return the marks of everybody, with what being late costs."""
    marks = marks_so_far(reports, assignment, settings, folders)
    known = everybody(course_roster(settings, folders), folders, (report.student for report in reports))
    for sentence in strangers(settings.late_policy, known):
        print(sentence)
    for student, late in lateness(reports, assignment, settings, folders, known).items():
        given = marks.get(student, StudentMarks({}))
        penalty = given.penalty + late.points  # the first is what nbgrader's own setting took off
        marks[student] = replace(given, penalty=penalty, late=late.words, late_unknown=late.is_open)
    return marks


def class_marks(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> ClassMarks:  # fmt: skip
    """Return all that people said of the class so far. Raises ConfigError when no gradebook can be read."""
    groups, db_url = groups_of(reports, assignment, folders), gradebook.url(settings, folders.out)
    marks, ticks = read_marks(db_url, assignment), given_ticks(db_url, assignment, groups)
    return ClassMarks(marks | shared(marks, groups), ticks, tuple(agreement(db_url, assignment)))


def marks_so_far(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> dict[str, StudentMarks]:  # fmt: skip
    """Return the marks of everybody. Raises ConfigError when there is no gradebook that can be read."""
    marks = read_marks(gradebook.url(settings, folders.out), assignment)
    return marks | shared(marks, groups_of(reports, assignment, folders))


def ticks_so_far(
    reports: Sequence[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> dict[str, ItemTicks]:  # fmt: skip
    """Return what people ticked at the desk, by item. Raises ConfigError when no gradebook can be read."""
    return given_ticks(gradebook.url(settings, folders.out), assignment, groups_of(reports, assignment, folders))


def groups_of(reports: Iterable[Report], assignment: Assignment, folders: ResultFolders) -> dict[str, GroupWork]:
    """Return the groups by student, for those whose submission is the work of one."""
    return {
        entry.student: found
        for entry in reports
        if (found := intake.group_of(folders.submitted, entry.student, assignment, refused=bool(entry.refused)))
    }
