"""Whether a folder or zip is a class or one student's work, judged by its content."""

from collections.abc import Iterable
from dataclasses import replace

from ..course.assignment import names
from ..formats.members import Folder, Listing, Member, walk
from ..handin import notebook_choice
from ..handin.names import is_litter
from ..handin.slots import Slot, claim_of, notebook_slot, slot_of
from ..lms.downloads import download_of
from ..model.assignment import Assignment
from ..model.barrier import attempt

FOREIGN_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
MAX_WRAPPERS = 8  # folders that hold one folder and nothing else
MOST_READ = 24  # notebooks of free names, to see whether a folder is a class; two that are alike end the search
MAX_LOOSE_ZIPS = 2  # beside a student's loose notebooks; more of them are a class with a stray notebook


def class_level(root: Folder, assignment: Assignment) -> Listing | Folder:
    """Return the listing that has one entry for each student; the folder when everything in it is one student's."""
    folder = root
    for _ in range(MAX_WRAPPERS):
        listing = without_litter(folder.list())
        if download_of(listing):
            return listing
        telling = [member.name for member in listing.files if _is_telling(member.name, assignment)]
        zips = [name for name in telling if is_zip(name)]
        owners = {claim_of(name, assignment) for name in telling} - {None}
        if any(slot_of(name, "", assignment) for name in telling):
            return listing if len(owners) > 1 or len(zips) > MAX_LOOSE_ZIPS else root
        if telling:
            is_wrapped = len(telling) == 1 and not listing.folders and folder is root and is_zip(root.name)
            return root if is_wrapped else listing
        if folder_of_assignment(folder, assignment) not in (folder, None):
            return folder
        if len(listing.folders) != 1:
            return listing if _are_students(listing, assignment) else root
        below = listing.folders[0]
        if claim_of(below.name, assignment):
            return below
        if below.name.lower() == assignment.name.lower():
            return folder
        folder = below
    return root


def folder_of_assignment(folder: Folder, assignment: Assignment) -> Folder | None:
    """Return where the work for this assignment is in a folder of a student, None when there is only other work.

    It is the folder itself, but where a student has a folder for each assignment, as in nbgrader's submitted/.
    """
    listing = without_litter(folder.list())
    by_name = {below.name: below for below in listing.folders}
    others = set(names(assignment.course_dir)) - {assignment.name}
    if listing.files or not by_name.keys() & others or by_name.keys() - others - {assignment.name}:
        return folder
    return by_name.get(assignment.name)


def _is_telling(name: str, assignment: Assignment) -> bool:
    """Whether a file in a folder of many is a submission, or a part of one, rather than an instructor's own notes."""
    return bool(
        name.lower().endswith((".zip", *FOREIGN_ARCHIVES))
        or claim_of(name, assignment)
        or slot_of(name, "", assignment)
    )


def _are_students(listing: Listing, assignment: Assignment) -> bool:
    """Whether folders side by side are students, rather than one student's notebooks, answers and pictures."""
    folders, look = listing.folders, Look(assignment)
    names = {folder.name.lower() for folder in folders}
    if any(claim_of(name, assignment) for name in names):
        return True
    if any(folder.name.lower() == "answers" and not look.notebooks(_members(folder)) for folder in folders):
        return False  # with notebooks in it, it is a student of that name
    if any(folder.name in assignment.ungraded and not look.notebooks(_members(folder)) for folder in folders):
        return False  # what everybody got
    seen: set[Slot] = set()
    holders = 0
    for folder in folders:
        members = _members(folder)
        if any(member.folders[:1] == (assignment.name,) for member in members):
            return True
        notebooks = look.notebooks(members)
        if notebooks & seen or any(is_zip(member.name) for member in members):
            return True
        seen |= notebooks
        holders += bool(notebooks)
    return holders == 1 and not look.notebooks(listing.files)


def _members(folder: Folder) -> list[Member]:
    """Return the files below a folder; none when it cannot be listed, which says nothing about its neighbours."""
    return attempt("Listing a folder", lambda: walk(folder)[0], lambda _: [], reads=True)


class Look:
    """Which notebooks are among some files, by their names, or else by the cells of a few that have other names."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._left = MOST_READ

    def notebooks(self, members: Iterable[Member]) -> set[Slot]:
        """Return the slots of the notebooks that are there."""
        members = [*members]
        found = {slot for member in members if (slot := _by_name(member, self._assignment))}
        for member in members if not found else ():
            if self._left and member.name.lower().endswith(notebook_choice.ENDINGS):
                self._left -= 1
                match = notebook_choice.look_at(member, self._assignment)
                found |= {notebook_slot(name) for name in (() if match.ungraded else match.names)}
        return found


def _by_name(member: Member, assignment: Assignment) -> Slot | None:
    match = slot_of(member.path, "", assignment)
    return match[0] if match and match[0].kind == "notebook" else None


def names_several(level: Listing, assignment: Assignment) -> bool:
    """Whether the names in a listing are those of several students."""
    names = [member.name for member in level.files] + [folder.name for folder in level.folders]
    return download_of(level) is not None or len({claim_of(name, assignment) for name in names} - {None}) > 1


def without_litter(listing: Listing) -> Listing:
    """Return a listing without what systems and editors leave behind."""
    files = tuple(member for member in listing.files if not is_litter((), member.name))
    folders = tuple(folder for folder in listing.folders if not is_litter((folder.name,), ""))
    return replace(listing, files=files, folders=folders)


def is_notebook(member: Member, assignment: Assignment) -> bool:
    """Whether a file is one of the notebooks asked for, by its name."""
    return _by_name(member, assignment) is not None


def is_zip(name: str) -> bool:
    """Whether a file is called a zip."""
    return name.lower().endswith(".zip")
