"""Which submissions are in the paths that an instructor gives, and who sent each one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from ..formats.members import MAX_CLASS_ENTRIES, MAX_ENTRIES, Folder, Listing, Member, disk_file, disk_folder, shown
from ..handin.names import is_handout_name
from ..handin.slots import claim_of, slot_of
from ..lms.downloads import download_of
from ..lms.entries import Download
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import ConfigError, GraderFault, SubmissionError
from .class_layout import (
    FOREIGN_ARCHIVES,
    Look,
    class_level,
    folder_of_assignment,
    is_zip,
    names_several,
    without_litter,
)
from .sources import MAX_NESTING, Source, folder_source, of_entry_folder, of_file, open_zip, raising

EXPECTED = (
    "give the download of your learning management system, a zip, a folder of zips or of student folders, "
    "or nbgrader's submitted/"
)


def find(paths: Sequence[Path], assignment: Assignment, stack: ExitStack) -> list[Source]:
    """Return the sources in the paths, each of one student; `stack` holds open the archives that they are read from.

    Raises:
        ConfigError: A path does not exist or holds nothing that looks like a submission.
    """
    paths = list(map(Path, paths))
    is_alone = len(paths) == 1
    download = None if is_alone else _download_by_path(paths)
    sources: list[Source] = []
    for path in paths:
        found = list(_in_path(path, assignment, stack)) if is_alone else _in_one(path, assignment, stack, download)
        if not found and not (download and path.is_file()):  # such a file is an index of the download
            raise ConfigError(f"{shown(str(path))} contains nothing that looks like a submission: {EXPECTED}.")
        sources += found
    return sources


def _download_by_path(paths: Sequence[Path]) -> Download | None:
    """Return the download whose entries were given one by one, as by `autograder grade download/*`; None if none."""
    files, folders = [], []
    for path in paths:
        with contextlib.suppress(OSError, ValueError):  # looking into the path says why
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                files.append(_file_at(path, status))
            elif stat.S_ISDIR(status.st_mode):
                folders.append(disk_folder(path))
    try:
        return download_of(Listing(tuple(files), tuple(folders)))
    except SubmissionError as error:
        raise ConfigError(str(error)) from error


def _in_one(path: Path, assignment: Assignment, stack: ExitStack, download: Download | None) -> list[Source]:
    """Return the sources in one of several paths; when to look for them breaks, that costs this path alone."""
    return attempt(
        "Looking for submissions",
        lambda: list(_in_path(path, assignment, stack, download, alone=False)),
        lambda sentence: [Source(path.name, raising(GraderFault(sentence)))],
        reads=True,
    )


def _in_path(
    path: Path, assignment: Assignment, stack: ExitStack, download: Download | None = None, *, alone: bool = True
) -> Iterator[Source]:  # fmt: skip
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ConfigError(f"{shown(str(path))} cannot be opened ({reason}): {EXPECTED}.") from error
    path = Path(os.path.abspath(path))
    entry = download.entry_of(path.name) if download else None
    if stat.S_ISDIR(status.st_mode):
        if os.path.isdir(path / "source" / assignment.name):
            raise ConfigError(f"{shown(str(path))} is the course folder: {EXPECTED}.")
        if entry:
            yield from (replace(found, by_path=True) for found in of_entry_folder(disk_folder(path), assignment, entry))
            return
        yield from _in_folder(disk_folder(path), assignment, alone)
    elif stat.S_ISREG(status.st_mode):
        member = _file_at(path, status)
        source = replace(of_file(member, assignment, entry), in_class=not alone, by_path=True)
        is_archive = not alone and path.name.lower().endswith(FOREIGN_ARCHIVES)
        if is_zip(path.name) and entry is None:
            yield from _in_zip(member, source, assignment, stack)
        elif entry or is_archive or slot_of(path.name, "", assignment) or claim_of(path.name, assignment):
            yield source


def _file_at(path: Path, status: os.stat_result) -> Member:
    return replace(disk_file(Path(os.path.realpath(path)), status), name=path.name)  # a link of the instructor's


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
                yield replace(source, open=raising(SubmissionError(f"{shown(member.name)} {text}")))
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
    root = open_zip(member, stack, max_entries=max_entries)
    level = class_level(root, assignment)
    listing = without_litter(root.list())
    only = listing.files[0] if len(listing.files) == 1 and not listing.folders else None
    if isinstance(level, Folder) and only is not None and is_zip(only.name) and nesting < MAX_NESTING:
        return _class_in_zip(only, assignment, stack, max_entries, nesting + 1)
    return level


def _of_class(level: Listing, assignment: Assignment) -> Iterator[Source]:
    download = download_of(level)
    for member in level.files:
        entry = download.entry_of(member.name) if download else None
        archive = member.name.lower().endswith((".zip", *FOREIGN_ARCHIVES))
        if entry or archive or claim_of(member.name, assignment):
            yield of_file(member, assignment, entry)
    for folder in level.folders:
        if entry := download.entry_of(folder.name) if download else None:
            yield from of_entry_folder(folder, assignment, entry)
        elif not folder.name.startswith(".") and not _has_other_work_only(folder, assignment):
            yield folder_source(folder, assignment)


def _has_other_work_only(folder: Folder, assignment: Assignment) -> bool:
    """Whether a student's folder holds other assignments and not this one; one that cannot be listed is an attempt."""
    return attempt(
        "Listing a folder", lambda: folder_of_assignment(folder, assignment) is None, lambda _: False, reads=True
    )


def _is_submission(source: Source, assignment: Assignment) -> bool:
    """Whether something that is asked for is in a source, by its name or by its cells."""
    with ExitStack() as stack:
        members = source.open(stack).members
        is_named = any(slot_of(member.path, "", assignment) for member in members)
        return is_named or bool(Look(assignment).notebooks(members))
