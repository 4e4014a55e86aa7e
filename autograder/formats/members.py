"""Files and folders as listings of members: no link is followed, every read is bounded, nothing is unpacked."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..handin import limits
from ..handin.handed_in import HandedIn
from ..handin.names import shown
from ..model.errors import SubmissionError

MAX_ENTRIES = 2_000  # of one student; nine files are asked for, with litter and the kit it is about a hundred
MAX_CLASS_ENTRIES = 120_000  # ten thousand students of a dozen files each; listing that many takes 130 MB
MAX_PATH_PARTS = 12  # what students send is at most five folders deep


@dataclass(frozen=True)
class Member(HandedIn):
    """One regular file of a zip or folder; a read is bounded, whatever size it states."""

    stream: Callable[[int], BinaryIO]  # takes the most bytes that it may have

    def open(self, max_bytes: int) -> BinaryIO:
        """Return the content as a seekable file. Raises SubmissionError when it cannot be opened."""
        with reading(self.name):
            return self.stream(max_bytes)

    def read(self, max_bytes: int) -> bytes:
        """Return the content. Raises SubmissionError when it is larger, damaged or locked."""
        with reading(self.name), self.stream(max_bytes) as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise too_large(self.name, max_bytes)
        return data


@dataclass(frozen=True)
class Listing:
    """The direct content of a folder; `left_out` names what is never read, each with the reason."""

    files: tuple[Member, ...] = ()
    folders: tuple[Folder, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Folder:
    """A folder on disk or in a zip; listed when asked, so that a class on disk is never listed whole."""

    name: str
    list: Callable[[], Listing]
    path: Path | None = None  # on disk


def too_large(name: str, max_bytes: int) -> SubmissionError:
    """Return the error for a file that has more bytes than it may."""
    return SubmissionError(limits.too_large(name, max_bytes))


def walk(folder: Folder) -> tuple[list[Member], list[str]]:
    """Return all files below a folder of one student, and what was left out.

    Raises:
        SubmissionError: There are more than MAX_ENTRIES files and folders.
    """
    members: list[Member] = []
    left_out: list[str] = []
    waiting: list[tuple[Folder, tuple[str, ...]]] = [(folder, ())]
    entries = 0
    while waiting:
        current, folders = waiting.pop()
        listing = current.list()
        entries += len(listing.files) + len(listing.folders) + len(listing.left_out)
        if entries > MAX_ENTRIES:
            raise SubmissionError(
                f"{shown(folder.name)} holds more than {MAX_ENTRIES:,} files: send only the required files."
            )
        members.extend(replace(member, folders=folders) for member in listing.files)
        left_out.extend(listing.left_out)
        if len(folders) < MAX_PATH_PARTS:
            waiting.extend((below, (*folders, below.name)) for below in reversed(listing.folders))
        elif listing.folders:
            left_out.append(f"{shown(current.name)} (nested too deeply)")
    return members, left_out


def disk_folder(path: Path) -> Folder:
    """Return a folder of the file system; links, pipes, sockets and devices in it are left out."""
    return Folder(path.name, lambda: _list_disk(path), path)


def _list_disk(path: Path) -> Listing:
    files, folders, left_out = [], [], []
    try:
        with os.scandir(path) as entries:
            for count, entry in enumerate(entries):
                if count >= MAX_CLASS_ENTRIES:
                    raise SubmissionError(f"{shown(path.name)} holds more than {MAX_CLASS_ENTRIES:,} files.")
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    files.append(disk_file(Path(entry.path), status))
                elif stat.S_ISDIR(status.st_mode):
                    folders.append(disk_folder(Path(entry.path)))
                else:
                    left_out.append(f"{shown(entry.name)} ({kind_of(status.st_mode)})")
    except OSError as error:
        left_out.append(f"{shown(path.name)} ({error.strerror})")
    files.sort(key=lambda member: member.name)
    folders.sort(key=lambda folder: folder.name)
    return Listing(tuple(files), tuple(folders), tuple(sorted(left_out)))


def disk_file(path: Path, status: os.stat_result) -> Member:
    """Return a file of the file system as a member; opening it never follows a link nor waits for a pipe."""

    def stream(_: int) -> BinaryIO:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise SubmissionError(f"{shown(path.name)} is not a regular file: send the file itself.")
        return os.fdopen(descriptor, "rb")

    return Member(path.name, status.st_mtime, stream)


def kind_of(mode: int) -> str:
    """Say what something is that is not a regular file."""
    return "a link" if stat.S_ISLNK(mode) else "not a regular file"


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn whatever the zip library raises on bytes made to confuse it into one sentence."""
    try:
        yield
    except SubmissionError:
        raise
    except Exception as error:  # zlib, struct, encoding and value errors too, depending on which byte is wrong
        if isinstance(error, OSError) and error.errno is not None:  # of the file system, not of the zip
            raise SubmissionError(f"{shown(name)} cannot be read: {error.strerror}.") from error
        if isinstance(error, zipfile.BadZipFile) and "not a zip" in str(error):
            raise SubmissionError(f"{shown(name)} is not a zip: pack your files as a zip and send that.") from error
        raise SubmissionError(f"{shown(name)} is damaged: pack your files again and send the new zip.") from error
