"""Names and sections of the class for those who mark, as the latest list of the class says them."""

from collections.abc import Iterable
from pathlib import Path

from ..course.course_settings import CourseSettings
from ..intake.people import course_roster, everybody
from ..lms.find_student import Students
from ..lms.roster import REMEMBERED
from ..model.errors import ConfigError
from ..model.result_folders import ResultFolders

Stamp = tuple[int, int]  # time of change and size of a file


class ClassPeople:
    """Who is in the class. Any thread may ask."""

    def __init__(self, settings: CourseSettings, folders: ResultFolders, students: Iterable[str]) -> None:
        """Read the list of the class. Raises ConfigError when the one of the settings is none."""
        self._settings, self._folders = settings, folders
        self._stamps = self._stamps_now()
        self._known = self._read(students)

    def refresh(self, students: Iterable[str], *, others: bool) -> None:
        """Read the list again if it has changed, or the class has `others`; one that is broken changes nothing."""
        stamps = self._stamps_now()
        if stamps == self._stamps and not others:
            return
        self._stamps = stamps
        try:
            self._known = self._read(students)
        except ConfigError:
            return  # a list is being written, or is none: `autograder report` says so

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the class."""
        return self._known.sections

    def section(self, student: str) -> str:
        """Return the section of a student, "" where the roster has none."""
        return self._known.member(student).section

    def name(self, student: str) -> str:
        """Return how a student is written: name and id, or the id where no name is known."""
        return self._known.written(student)

    def is_called(self, student: str, words: str) -> bool:
        """Whether all the words that somebody looks for are in name, id or address of a student."""
        return self._known.is_called(student, words)

    def _read(self, students: Iterable[str]) -> Students:
        return everybody(course_roster(self._settings, self._folders), self._folders, students)

    def _stamps_now(self) -> list[Stamp | None]:
        paths = [self._folders.out / REMEMBERED, *filter(None, [self._settings.roster])]
        return [_stamp(path) for path in paths]


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
