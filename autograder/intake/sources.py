"""Which submissions are in the paths that an instructor gives, and who sent each one."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..formats.archive import MAX_NESTED_BYTES, too_many, zip_folder
from ..formats.members import (
    MAX_CLASS_ENTRIES,
    MAX_ENTRIES,
    Folder,
    Listing,
    Member,
    disk_file,
    disk_folder,
    shown,
    walk,
)
from ..handin.names import is_handout_name, is_litter, split_copy, stem_of
from ..handin.slots import claim_of, slot_of
from ..lms.canvas_names import CanvasName, canvas_name
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import ConfigError, GraderFault, SubmissionError
from .class_layout import (
    FOREIGN_ARCHIVES,
    class_level,
    folder_of_assignment,
    is_notebook,
    is_zip,
    names_several,
    without_litter,
)

MAX_NESTING = 2  # a zip of a zip of a zip is no slip any more
MAX_INNER_ZIPS = 4  # as when each part was packed by itself
EXPECTED = "give the Canvas download, a zip, a folder of zips or of student folders, or nbgrader's submitted/"


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
    canvas: CanvasName | None = None
    modified: float = 0.0
    in_class: bool = True  # is one of several, so that the instructor knows it by its own name
    loose: bool = False  # one file of several that make up a submission
    path: Path | None = None  # of a folder on disk
    by_path: bool = False  # the instructor gave it itself, not the folder around it
    read_as: Callable[[CanvasName], Source] | None = None  # the same, should its name in Canvas's download mean this

    def look(self) -> Bundle:
        """Return its files for their names alone: nothing of them can be read. Raises as `open`."""
        with ExitStack() as stack:
            return self.open(stack)

    @property
    def full_name(self) -> str:
        """What it is called in the download."""
        return self.canvas.entry if self.canvas else self.name

    @property
    def order(self) -> tuple[bool, bool, int, int, float, str]:
        """What sorts later sources of one student higher; what came by another way than Canvas came later.

        The content of a zip or folder never counts before a path given for the student: it may be another student's.
        """
        attachment = self.canvas.attachment if self.canvas else 0
        copies = split_copy(stem_of(self.name))[1]
        return (self.by_path, self.canvas is None, attachment, copies, self.modified, self.name)


def find(paths: Sequence[Path], assignment: Assignment, stack: ExitStack) -> list[Source]:
    """Return the sources in the paths, each of one student; `stack` holds open the archives that they are read from.

    Raises:
        ConfigError: A path does not exist or holds nothing that looks like a submission.
    """
    sources: list[Source] = []
    for path in map(Path, paths):
        found = list(_in_path(path, assignment, stack)) if len(paths) == 1 else _in_one_path(path, assignment, stack)
        if not found:
            raise ConfigError(f"{shown(str(path))} contains nothing that looks like a submission: {EXPECTED}.")
        sources += found
    return sources


def folder_source(folder: Folder, assignment: Assignment, in_class: bool = True) -> Source:
    """Return a folder as the source of one student."""
    return Source(
        folder.name,
        lambda stack: _open_folder(folder_of_assignment(folder, assignment) or folder, assignment, stack),
        in_class=in_class, path=folder.path,
    )  # fmt: skip


def _in_one_path(path: Path, assignment: Assignment, stack: ExitStack) -> list[Source]:
    """Return the sources in one of several paths; when to look for them breaks, that costs this path alone."""
    return attempt(
        "Looking for submissions",
        lambda: list(_in_path(path, assignment, stack, alone=False)),
        lambda sentence: [Source(path.name, _raising(GraderFault(sentence)))],
        reads=True,
    )


def _in_path(path: Path, assignment: Assignment, stack: ExitStack, alone: bool = True) -> Iterator[Source]:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ConfigError(f"{shown(str(path))} cannot be opened ({reason}): {EXPECTED}.") from error
    path = Path(os.path.abspath(path))
    if stat.S_ISDIR(status.st_mode):
        if os.path.isdir(path / "source" / assignment.name):
            raise ConfigError(f"{shown(str(path))} is the course folder: {EXPECTED}.")
        yield from _in_folder(disk_folder(path), assignment, alone)
    elif stat.S_ISREG(status.st_mode):
        member = replace(disk_file(Path(os.path.realpath(path)), status), name=path.name)  # a link of the instructor's
        canvas = (
            None if alone else canvas_name(path.name)
        )  # `autograder grade download/*`: names are as in the folder itself
        source = replace(_of_file(member, assignment, canvas), in_class=not alone, by_path=True)
        is_archive = not alone and path.name.lower().endswith(FOREIGN_ARCHIVES)
        if is_zip(path.name) and canvas is None:
            yield from _in_zip(member, source, assignment, stack)
        elif canvas or is_archive or slot_of(path.name, "", assignment) or claim_of(path.name, assignment):
            yield source


def _in_folder(root: Folder, assignment: Assignment, alone: bool) -> Iterator[Source]:
    source = replace(folder_source(root, assignment, in_class=not alone), by_path=True)
    try:
        level = class_level(root, assignment)
        if isinstance(level, Listing):
            yield from _of_class(level, assignment)
            return
        source = replace(folder_source(level, assignment, in_class=not alone), by_path=True)
        if source.in_class or _is_submission(source, assignment):
            yield source
    except SubmissionError as error:
        if not source.in_class and not claim_of(source.name, assignment):
            raise ConfigError(str(error)) from error
        yield source  # opening it again says the same, to its author


def _in_zip(member: Member, source: Source, assignment: Assignment, stack: ExitStack) -> Iterator[Source]:
    claimed = claim_of(member.name, assignment)
    try:
        with ExitStack() as opened:
            is_one_students = is_handout_name(member.name, assignment.name)
            level = _class_in_zip(member, assignment, opened, MAX_ENTRIES if is_one_students else MAX_CLASS_ENTRIES)
            if isinstance(level, Listing) and is_one_students and names_several(level, assignment):
                text = "contains the work of several students: send only your own (rename the zip of a class)."
                yield replace(source, open=_raising(SubmissionError(f"{shown(member.name)} {text}")))
            elif isinstance(level, Listing) and not is_one_students:
                stack.push(opened.pop_all())
                yield from _of_class(level, assignment)
            elif claimed or source.in_class or _is_submission(source, assignment):
                yield source
    except SubmissionError as error:
        if not claimed and not source.in_class:
            raise ConfigError(str(error)) from error
        yield source


def _class_in_zip(
    member: Member, assignment: Assignment, stack: ExitStack, max_entries: int, nesting: int = 0
) -> Listing | Folder:  # fmt: skip
    root = _open_zip(member, stack, max_entries=max_entries)
    level = class_level(root, assignment)
    listing = without_litter(root.list())
    only = listing.files[0] if len(listing.files) == 1 and not listing.folders else None
    if isinstance(level, Folder) and only is not None and is_zip(only.name) and nesting < MAX_NESTING:
        return _class_in_zip(only, assignment, stack, max_entries, nesting + 1)
    return level


def _raising(error: Exception) -> Callable[[ExitStack], Bundle]:
    def fail(_: ExitStack) -> Bundle:
        raise error

    return fail


def _of_class(level: Listing, assignment: Assignment) -> Iterator[Source]:
    for member in level.files:
        canvas = canvas_name(member.name)
        archive = member.name.lower().endswith((".zip", *FOREIGN_ARCHIVES))
        if canvas or archive or claim_of(member.name, assignment):
            yield _of_file(member, assignment, canvas)
    for folder in level.folders:
        if not folder.name.startswith(".") and not _has_other_work_only(folder, assignment):
            yield folder_source(folder, assignment)


def _has_other_work_only(folder: Folder, assignment: Assignment) -> bool:
    """Whether a student's folder holds other assignments and not this one; one that cannot be listed is an attempt."""
    return attempt(
        "Listing a folder", lambda: folder_of_assignment(folder, assignment) is None, lambda _: False, reads=True
    )


def _of_file(member: Member, assignment: Assignment, canvas: CanvasName | None) -> Source:
    name = canvas.file if canvas else member.name
    read_as = partial(_of_file, member, assignment)
    if is_zip(name):

        def open_zip(stack: ExitStack) -> Bundle:
            bundle = _open_folder(_open_zip(member, stack), assignment, stack)
            return replace(bundle, packed=True)

        return Source(name, open_zip, canvas, member.modified, read_as=read_as)

    def open_file(_: ExitStack) -> Bundle:
        if canvas and not canvas.attachment:
            raise SubmissionError(
                f"Text or a link typed into Canvas cannot be graded: upload {assignment.zip_name} as a file."
            )
        if name.lower().endswith(FOREIGN_ARCHIVES):
            raise SubmissionError(f"{shown(name)} is not a zip: pack your files as a zip and send that.")
        return Bundle((replace(member, name=name),))

    return Source(name, open_file, canvas, member.modified, loose=True, read_as=read_as)


def _open_zip(
    member: Member, stack: ExitStack, max_bytes: int = MAX_NESTED_BYTES, max_entries: int = MAX_ENTRIES
) -> Folder:  # fmt: skip
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
    if not zips or nesting == MAX_NESTING or any(is_notebook(member, assignment) for member in members):
        return bundle
    owners = {claim_of(member.name, assignment) for member in zips} - {None}
    if len(zips) > MAX_INNER_ZIPS or len(owners) > 1:
        raise SubmissionError(
            f"{shown(folder.name)} holds {len(zips)} zips: pack the files themselves, only your own, and send that."
        )
    for member in zips:
        inner_zip = _open_zip(member, stack, max_bytes // len(zips))
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


def _is_submission(source: Source, assignment: Assignment) -> bool:
    return any(slot_of(member.path, "", assignment) for member in source.look().members)
