"""Names and sections of students, for pages and tables that people read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..course.course_settings import CourseSettings
from ..lms import roster as rosters
from ..lms.roster import Member, Roster
from ..model.result_folders import ResultFolders
from .arrivals import known_names, known_users


def course_roster(settings: CourseSettings, folders: ResultFolders) -> Roster | None:
    """Return the roster of the settings, or the one that was used last; None without either.

    Raises:
        ConfigError: The file that the settings name is no list of a class.
    """
    return rosters.find(settings.roster, folders.out, known_users(folders), known_names(folders))


def people(course: Roster | None, folders: ResultFolders, students: Iterable[str]) -> Mapping[str, Member]:
    """Return name and section of each of these students; both are empty where nobody says them.

    Who is not in the roster has the name of the class download. All of it is text of strangers.
    """
    users, names = known_users(folders), known_names(folders)
    called = {student: names[user] for user, student in users.items() if user in names and _tells_names(user)}
    found = rosters.listed(course, students)
    return {
        student: member if member.name else replace(member, name=called.get(student, ""))
        for student, member in found.items()
    }


def _tells_names(user: str) -> bool:
    """Whether a user's system writes names in full: Canvas's, which have no prefix, are run together."""
    return ":" in user
