"""One zip, folder or loose file of one student, which nothing is read of before it is opened."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..formats.archive import MAX_NESTED_BYTES, too_many, zip_folder
from ..formats.members import (
    MAX_ENTRIES,
    Folder,
    Listing,
    Member,
    shown,
    walk,
)
from ..handin.names import is_litter, split_copy, stem_of
from ..handin.slots import claim_of
from ..lms.entries import Entry
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import SubmissionError
from .class_layout import (
    FOREIGN_ARCHIVES,
    Look,
    folder_of_assignment,
    is_zip,
    without_litter,
)

MAX_NESTING = 2  # a zip of a zip of a zip is no slip any more
MAX_INNER_ZIPS = 4  # as when each part was packed by itself


@dataclass(frozen=True)
class Bundle:
    """The files of one source, opened for as long as the ExitStack lives that it was opened with."""

    members: tuple[Member, ...]  # without litter
    names: tuple[str, ...] = ()  # of zips inside, and of the one folder that holds everything
    left_out: tuple[str, ...] = ()
    litter: tuple[str, ...] = ()
    packed: bool = False  # came in a zip


@dataclass(frozen=True, eq=False)
class Source:
    """One zip, folder or loose file of one student; nothing of it is read before `open` is called."""

    name: str
    open: Callable[[ExitStack], Bundle]  # raises SubmissionError
    entry: Entry | None = None
    modified: float = 0.0
    in_class: bool = True  # is one of several, so that the instructor knows it by its own name
    loose: bool = False  # one file of several that make up a submission
    path: Path | None = None  # of a folder on disk
    by_path: bool = False  # the instructor gave it itself, not the folder around it
    read_as: Callable[[Entry], Source] | None = None  # the same, should its name in the download mean this

    def look(self) -> Bundle:
        """Return its files for their names alone: nothing of them can be read. Raises as `open`."""
        with ExitStack() as stack:
            return self.open(stack)

    @property
    def full_name(self) -> str:
        """What it is called in the download."""
        return self.entry.entry if self.entry else self.name

    @property
    def order(self) -> tuple[bool, bool, int, int, float, str]:
        """What sorts later sources of one student higher; what came by another way than a class download came later.

        The content of a zip or folder never counts before a path given for the student: it may be another student's.
        """
        sequence = self.entry.sequence if self.entry else 0
        copies = split_copy(stem_of(self.name))[1]
        return (self.by_path, self.entry is None, sequence, copies, self.modified, self.name)


def folder_source(folder: Folder, assignment: Assignment, in_class: bool = True) -> Source:
    """Return a folder as the source of one student."""
    return Source(
        folder.name,
        lambda stack: _open_folder(folder_of_assignment(folder, assignment) or folder, assignment, stack),
        in_class=in_class, path=folder.path,
    )  # fmt: skip


def of_file(member: Member, assignment: Assignment, entry: Entry | None) -> Source:
    """Return a zip or a loose file as a source of its sender."""
    name = (entry.file if entry else "") or member.name
    read_as = partial(of_file, member, assignment)
    if is_zip(name):

        def open_archive(stack: ExitStack) -> Bundle:
            bundle = _open_folder(open_zip(member, stack), assignment, stack)
            return replace(bundle, packed=True)

        return Source(name, open_archive, entry, member.modified, read_as=read_as)

    def open_file(_: ExitStack) -> Bundle:
        if entry and entry.is_text:
            raise SubmissionError(_typed(entry, assignment))
        if name.lower().endswith(FOREIGN_ARCHIVES):
            raise SubmissionError(f"{shown(name)} is not a zip: pack your files as a zip and send that.")
        return Bundle((replace(member, name=name),))

    return Source(name, open_file, entry, member.modified, loose=True, read_as=read_as)


def of_entry_folder(folder: Folder, assignment: Assignment, entry: Entry) -> Iterator[Source]:
    """Yield what a student's folder in a class download holds: each file by itself, or all where folders are in it."""
    listing = attempt(
        "Listing a folder", lambda: without_litter(folder.list()), lambda _: Listing(folders=(folder,)), reads=True
    )
    if entry.is_text:
        text = SubmissionError(_typed(entry, assignment))
        yield Source(folder.name, raising(text), entry, loose=True)
    elif listing.folders:
        yield Source(folder.name, lambda stack: _open_folder(folder, assignment, stack), entry)
    else:
        for member in listing.files:
            path = f"{folder.name}/{member.name}"
            yield of_file(member, assignment, replace(entry, entry=path, file=member.name))


def _typed(entry: Entry, assignment: Assignment) -> str:
    return f"Text or a link typed into {entry.system} cannot be graded: upload {assignment.zip_name} as a file."


def raising(error: Exception) -> Callable[[ExitStack], Bundle]:
    """Return what opens a source that cannot be opened."""

    def fail(_: ExitStack) -> Bundle:
        raise error

    return fail


def open_zip(
    member: Member, stack: ExitStack, max_bytes: int = MAX_NESTED_BYTES, max_entries: int = MAX_ENTRIES
) -> Folder:  # fmt: skip
    """Return the content of a zip, open as long as the stack. Raises SubmissionError."""
    return zip_folder(stack.enter_context(member.open(max_bytes)), member.name, max_entries)


def _open_folder(
    folder: Folder, assignment: Assignment, stack: ExitStack, nesting: int = 0, max_bytes: int = MAX_NESTED_BYTES
) -> Bundle:
    """Return the files below a folder; where no notebook is among them, those of the zips in it as well.

    The zips of one level share one limit, so that 16 zips in 4 zips need no more memory than one.
    """
    found, left_out = walk(folder)
    members = [member for member in found if not is_litter(member.folders, member.name)]
    litter = tuple(member.path for member in found if is_litter(member.folders, member.name))
    bundle = Bundle(tuple(members), _common_folders(members), tuple(left_out), litter)
    zips = [member for member in members if is_zip(member.name)]
    if not zips or nesting == MAX_NESTING or Look(assignment).notebooks(members):
        return bundle
    owners = {claim_of(member.name, assignment) for member in zips} - {None}
    if len(zips) > MAX_INNER_ZIPS or len(owners) > 1:
        raise SubmissionError(
            f"{shown(folder.name)} holds {len(zips)} zips: pack the files themselves, only your own, and send that."
        )
    for member in zips:
        inner_zip = open_zip(member, stack, max_bytes // len(zips))
        inner = _open_folder(inner_zip, assignment, stack, nesting + 1, max_bytes // len(zips))
        bundle = Bundle(
            members=tuple(kept for kept in bundle.members if kept is not member) + inner.members,
            names=(*bundle.names, member.name, *inner.names),
            left_out=bundle.left_out + inner.left_out,
            litter=bundle.litter + inner.litter,
            packed=True,
        )
        if sum(map(len, (bundle.members, bundle.left_out, bundle.litter))) > MAX_ENTRIES:
            raise too_many(folder.name, MAX_ENTRIES)  # 21 zips of 2,000 files each took 2 s
    return bundle


def _common_folders(members: list[Member]) -> tuple[str, ...]:
    levels = zip(*(member.folders for member in members), strict=False)
    return tuple(level[0] for level in itertools.takewhile(lambda level: len(set(level)) == 1, levels))
