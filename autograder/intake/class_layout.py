"""Whether a folder or zip is a class or one student's work, judged by its content."""

from collections.abc import Iterable
from dataclasses import replace

from ..course.assignment import names
from ..formats.members import Folder, Listing, Member, walk
from ..handin.names import is_litter
from ..handin.slots import Slot, claim_of, slot_of
from ..lms.downloads import download_of
from ..model.assignment import Assignment
from ..model.barrier import attempt

FOREIGN_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
MAX_WRAPPERS = 8  # folders that hold one folder and nothing else
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
            return listing if _are_students(listing.folders, assignment) else root
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


def _are_students(folders: tuple[Folder, ...], assignment: Assignment) -> bool:
    """Whether folders side by side are students, rather than one student's notebooks, answers and pictures."""
    names = {folder.name.lower() for folder in folders}
    if any(claim_of(name, assignment) for name in names):
        return True
    if any(folder.name.lower() == "answers" and not _notebooks(_members(folder), assignment) for folder in folders):
        return False  # with notebooks in it, it is a student of that name
    seen: set[Slot] = set()
    holders = 0
    for folder in folders:
        members = _members(folder)
        if any(member.folders[:1] == (assignment.name,) for member in members):
            return True
        notebooks = _notebooks(members, assignment)
        if notebooks & seen or any(is_zip(member.name) for member in members):
            return True
        seen |= notebooks
        holders += bool(notebooks)
    return holders == 1


def _members(folder: Folder) -> list[Member]:
    """Return the files below a folder; none when it cannot be listed, which says nothing about its neighbours."""
    return attempt("Listing a folder", lambda: walk(folder)[0], lambda _: [], reads=True)


def _notebooks(members: Iterable[Member], assignment: Assignment) -> set[Slot]:
    found = (slot_of(member.path, "", assignment) for member in members)
    return {match[0] for match in found if match and match[0].kind == "notebook"}


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
    return bool(_notebooks([member], assignment))


def is_zip(name: str) -> bool:
    """Whether a file is called a zip."""
    return name.lower().endswith(".zip")
