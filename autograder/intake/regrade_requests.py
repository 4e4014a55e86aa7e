"""Regrade requests in files of any kind: a list, one reply, a folder or a zip of replies."""

from collections.abc import Iterable
from pathlib import Path

from ..formats.archive import zip_folder
from ..formats.members import MAX_CLASS_ENTRIES, Folder, Listing, Member, disk_file, disk_folder, walk
from ..handin.names import is_litter, shown, stem_of
from ..lms.downloads import download_of
from ..lms.entries import Download
from ..lms.roster import Roster
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import SubmissionError
from ..model.result_folders import ResultFolders
from .arrivals import known_names, known_users
from .asked_requests import Reading
from .class_lookup import ClassLookup
from .people import everybody
from .request_replies import KINDS, MOST_BYTES, Reply, read_reply
from .request_table import MOST_BYTES as MOST_TABLE
from .request_table import read_table
from .senders import KnownStudents

TABLES = (".csv", ".tsv", ".tab")
SHEETS = (".xlsx", ".xls", ".ods", ".numbers")


class RequestReader:
    """Reads files for one class."""

    def __init__(
        self, assignment: Assignment, course: Roster | None, folders: ResultFolders, students: Iterable[str]
    ) -> None:  # fmt: skip
        """Take who may ask: the roster, and whoever handed something in."""
        students = list(students)
        self._assignment = assignment
        self._lookup = ClassLookup(assignment, everybody(course, folders, students))
        users = known_users(folders) | dict(course.by_user if course else {})
        names = known_names(folders) | dict(course.names if course else {})
        known = (course.people, course.other_ids) if course else ({}, {})
        listed = (course.students if course else frozenset()) | {*map(str.lower, students)}
        self._known = KnownStudents(users, listed, names, frozenset(), *known)

    def read(self, path: Path) -> Reading:
        """Return the requests in a file or folder, and what cannot be taken. Never raises for what it holds."""
        what = f"Reading {shown(path.name)}"
        return attempt(what, lambda: self._read(path), lambda sentence: Reading(problems=[sentence]), reads=True)

    def _read(self, path: Path) -> Reading:
        reading, name = Reading(), path.name
        try:
            if path.is_dir():
                self._read_folder(disk_folder(path), reading)
            elif not path.is_file():
                reading.problems.append(f"There is no file {shown(str(path))}: check its name.")
            elif name.lower().endswith(".zip"):
                with path.open("rb") as stream:
                    self._read_folder(zip_folder(stream, name, MAX_CLASS_ENTRIES), reading)
            elif name.lower().endswith(TABLES):
                return read_table(disk_file(path, path.stat()).read(MOST_TABLE), name, self._lookup)
            elif name.lower().endswith(SHEETS):
                reading.problems.append(f"{shown(name)} is a spreadsheet: save it as CSV, and read that.")
            else:
                self._read_file(disk_file(path, path.stat()), self._lookup.by_file_name(stem_of(name)), reading)
        except (SubmissionError, OSError) as error:
            reading.problems.append(str(error) if isinstance(error, SubmissionError) else _unread(name, error))
        return reading

    def _read_folder(self, folder: Folder, reading: Reading) -> None:
        """Read the replies in a folder: a file each, or a folder for each student."""
        listing = _inside(folder)
        download = download_of(listing)
        reading.problems += [f"{text} is not read." for text in listing.left_out]
        for member in listing.files:
            if not is_litter((), member.name):
                self._read_file(member, self._senders(member.name, download), reading)
        for below in listing.folders:
            if is_litter((below.name,), ""):
                continue
            files, left_out = walk(below)
            reading.problems += [f"{text} is not read." for text in left_out]
            for member in files:
                if not is_litter(member.folders, member.name):
                    self._read_file(member, self._senders(below.name, download), reading)

    def _senders(self, name: str, download: Download | None) -> frozenset[str]:
        """Return whose an entry of a folder is by what no student chooses of its name."""
        entry = download.entry_of(name) if download else None
        if entry is None:
            return self._lookup.by_file_name(stem_of(name))
        student = self._known.student_of(entry)
        return frozenset([student]) if student else self._known.called(entry)

    def _read_file(self, member: Member, senders: frozenset[str], reading: Reading) -> None:
        if not member.name.lower().endswith(KINDS):
            kinds = ", ".join(KINDS)
            reading.problems.append(f"{shown(member.name)} is not read: a reply is a text or a mail ({kinds}).")
            return
        try:
            found = read_reply(Reply(member.name, member.read(MOST_BYTES), senders), self._assignment, self._lookup)
        except SubmissionError as error:
            reading.problems.append(str(error))
            return
        reading.asked += found.asked
        reading.problems += found.problems


def _inside(folder: Folder) -> Listing:
    """Return what a folder lists; of one folder that holds everything, what that lists."""
    listing = folder.list()
    folders = [below for below in listing.folders if not is_litter((below.name,), "")]
    files = [member for member in listing.files if not is_litter((), member.name)]
    if not files and len(folders) == 1 and folders[0].list().folders:
        return folders[0].list()
    return listing


def _unread(name: str, error: OSError) -> str:
    return f"{shown(name)} cannot be read ({error.strerror}): check the file."
