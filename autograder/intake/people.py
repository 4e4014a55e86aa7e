"""Names, addresses and sections of students, for pages and tables that people read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..course.course_settings import CourseSettings
from ..handin.problems import Level
from ..lms import roster as rosters
from ..lms.find_student import Students
from ..lms.roster import LEFT, Member, Roster
from ..model.report import Finding, Report
from ..model.result_folders import ResultFolders
from .arrivals import known_people
from .owners import NOT_LISTED


def course_roster(settings: CourseSettings, folders: ResultFolders, roster: Path | None = None) -> Roster | None:
    """Return the roster in a file, or else that of the settings, or the one that was used last; None without any.

    Raises:
        ConfigError: The file is no list of a class.
    """
    return rosters.find(roster or settings.roster, folders.out, *known_people(folders))


def latest_roster(settings: CourseSettings, folders: ResultFolders, roster: Path | None = None) -> Roster | None:
    """Return the roster as above, and keep it for later commands. Raises ConfigError when that fails, too."""
    course = course_roster(settings, folders, roster)
    if course is not None and (roster or settings.roster):
        rosters.remember(course, folders.out)
    return course


def people(course: Roster | None, folders: ResultFolders, students: Iterable[str]) -> Mapping[str, Member]:
    """Return name, address and section of each of these students; empty where nobody says them.

    Who is not in the roster has the name of the class download. All of it is text of strangers.
    """
    users, names = known_people(folders)
    called = {student: names[user] for user, student in users.items() if user in names and _tells_names(user)}
    found = rosters.listed(course, students)
    return {
        student: member if member.name else replace(member, name=called.get(student, ""))
        for student, member in found.items()
    }


def everybody(course: Roster | None, folders: ResultFolders, students: Iterable[str]) -> Students:
    """Return all who can be named: these students, and who is in the roster or was in an earlier one."""
    listed = (*course.members, *course.former) if course is not None else ()
    known = people(course, folders, students)
    return Students([*(replace(member, student=student) for student, member in known.items()), *listed])


def as_listed(reports: Iterable[Report], course: Roster | None) -> list[Report]:
    """Return the reports with what the latest roster says of their students, in place of the one at intake."""
    return [report if course is None else _as_listed(report, course) for report in reports]


def _as_listed(report: Report, course: Roster) -> Report:
    others = [finding for finding in report.findings if finding.text not in (NOT_LISTED, LEFT)]
    said = [Finding(Level.WARNING, NOT_LISTED)] if course.is_stranger(report.student) else []
    said = [Finding(Level.INFO, LEFT)] if course.has_left(report.student) else said
    return replace(report, findings=(*said, *others))


def _tells_names(user: str) -> bool:
    """Whether a user's system writes names in full: Canvas's, which have no prefix, are run together."""
    return ":" in user
