"""Zips and folders as listings of members: nothing is unpacked to disk, no link is followed, every read is bounded."""

from __future__ import annotations

import io
import os
import re
import stat
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from .errors import SubmissionError

MAX_ENTRIES = 2_000  # of one student; nine files are asked for, with litter and hw4kit it is about a hundred
MAX_CLASS_ENTRIES = 120_000  # ten thousand students of a dozen files each; listing that many takes about 90 MB
MAX_ENTRY_BYTES = 512  # in a zip's directory, per entry; 46 bytes, the name, and at most about 60 bytes of times
MAX_NESTED_BYTES = 128 * 2**20  # of a zip inside a zip, held in memory; a homework with both datasets has 40 MB
MAX_PATH_PARTS = 12  # what students send is at most five folders deep
MAX_PATH_CHARS = 512  # Windows itself stops at 260
MAX_RATIO = 700  # notebooks that print one short line for ever reach 510; a zip bomb 1,000, the most deflate can do
RATIO_FREE_BYTES = 4 * 2**20  # below this size a high ratio does no harm
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what all zip programs write; LZMA may ask for 4 GB of memory
MAX_SHOWN_CHARS = 80
WINDOWS_DRIVE = re.compile(r"^[A-Za-z]:")
FOREIGN = {  # how files begin that are often renamed to .zip
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"{": "a notebook or a text",
}


@dataclass(frozen=True)
class Member:
    """One regular file of a zip or folder."""

    name: str
    size: int  # as the zip or the file system states it; a read is bounded whatever it states
    modified: float  # seconds since 1970, 0 when unknown
    stream: Callable[[int], BinaryIO]  # takes the most bytes that it may have
    folders: tuple[str, ...] = ()  # on the way from the listed root

    @property
    def path(self) -> str:
        """Path below the listed root."""
        return "/".join((*self.folders, self.name))

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
    """What stands directly in a folder; `left_out` names what is never read, each with the reason."""

    files: tuple[Member, ...] = ()
    folders: tuple[Folder, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Folder:
    """A folder on disk or in a zip; listed when asked, so that a class on disk is never listed whole."""

    name: str
    list: Callable[[], Listing]
    path: Path | None = None  # on disk


def shown(name: str) -> str:
    """Return a name as it may be printed anywhere: no control characters, no change of direction, not long."""
    text = "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "?" for c in name)
    return f"'{text if len(text) <= MAX_SHOWN_CHARS else '...' + text[-MAX_SHOWN_CHARS:]}'"  # the end tells most


def too_large(name: str, max_bytes: int) -> SubmissionError:
    """Return the error for a file that has more bytes than it may."""
    return SubmissionError(f"{shown(name)} is larger than {max_bytes / 2**20:g} MiB: send a smaller one.")


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
                f"{shown(folder.name)} holds more than {MAX_ENTRIES:,} files: send only the files that are asked for."
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
                    left_out.append(f"{shown(entry.name)} ({_kind(status.st_mode)})")
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

    return Member(path.name, status.st_size, status.st_mtime, stream)


def zip_folder(stream: BinaryIO, name: str, max_entries: int = MAX_ENTRIES) -> Folder:
    """Return the root of a zip, which stays readable as long as `stream` is open.

    Raises:
        SubmissionError: It is no zip, is locked, damaged, or has more than `max_entries` entries.
    """
    with reading(name):
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(8)
    if not size:
        raise SubmissionError(f"{shown(name)} is empty (0 bytes): pack your files again and send the new zip.")
    for magic, kind in FOREIGN.items():
        if head.startswith(magic):
            raise SubmissionError(f"{shown(name)} is {kind}, not a zip: pack your files as a zip and send that.")
    bounded = _Bounded(stream, size, max_entries * MAX_ENTRY_BYTES, too_many(name, max_entries))
    with reading(name):
        archive = zipfile.ZipFile(bounded)
        bounded.limit = None
    infos = archive.infolist()
    if len(infos) > max_entries:
        raise too_many(name, max_entries)
    if any(info.flag_bits & 0x1 for info in infos):
        raise SubmissionError(f"{shown(name)} is locked with a password: send it without one.")
    return _tree(archive, infos, name)


def too_many(name: str, max_entries: int) -> SubmissionError:
    """Return the error for a zip that lists too much."""
    return SubmissionError(
        f"{shown(name)} lists more than {max_entries:,} files: pack only the files that are asked for."
    )


class _Bounded:
    """A seekable file whose single reads are bounded while the zip's directory is read, which is done in one read."""

    def __init__(self, file: BinaryIO, size: int, limit: int, error: SubmissionError) -> None:
        self.file, self.size, self.error = file, size, error
        self.limit: int | None = max(limit, 2**17)  # the end record with the longest comment has 65,557 bytes
        self.seek, self.tell = file.seek, file.tell

    def read(self, count: int = -1) -> bytes:
        wanted = self.size - self.tell() if count < 0 else count
        if self.limit is not None and wanted > self.limit:
            raise self.error
        return self.file.read(wanted)

    def seekable(self) -> bool:
        return True


class _Branch:
    """A folder of a zip while its tree is built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: list[Member] = []
        self.branches: dict[str, _Branch] = {}
        self.left_out: list[str] = []

    def folder(self) -> Folder:
        folders = tuple(branch.folder() for branch in self.branches.values())
        listing = Listing(tuple(self.files), folders, tuple(self.left_out))
        return Folder(self.name, lambda: listing)


def _tree(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str) -> Folder:
    root = _Branch(name)
    for info in infos:
        parts = _safe_parts(info.filename)
        mode = info.external_attr >> 16
        if parts is None:
            root.left_out.append(f"{shown(info.filename)} (a path that leads elsewhere)")
            continue
        if len(parts) > MAX_PATH_PARTS or len(info.filename) > MAX_PATH_CHARS:
            root.left_out.append(f"{shown(info.filename)} (nested too deeply)")
            continue
        is_folder = info.filename.endswith(("/", "\\"))
        branch = root
        for part in parts if is_folder else parts[:-1]:
            branch = branch.branches.setdefault(part, _Branch(part))
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            branch.left_out.append(f"{shown(info.filename)} ({_kind(mode)})")
        elif parts and not is_folder:
            branch.files.append(_zip_member(archive, info, parts[-1]))
    return root.folder()


def _safe_parts(name: str) -> list[str] | None:
    """Split the name of an entry; None when it leads out of the folder that it is meant for."""
    name = name.replace("\\", "/")  # some Windows programs write these
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or WINDOWS_DRIVE.match(name):
        return None
    return parts


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    def stream(max_bytes: int) -> BinaryIO:
        if info.compress_type not in METHODS:
            raise SubmissionError(f"{shown(name)} is packed in an unusual way: pack it again as an ordinary zip.")
        if info.file_size > max_bytes:
            raise too_large(name, max_bytes)
        if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
            raise SubmissionError(
                f"{shown(name)} unpacks to more than {MAX_RATIO} times its size: send it without endless output."
            )
        with reading(name), archive.open(info) as file:
            data = file.read(max_bytes + 1)  # reading past the end is what checks the checksum
        return io.BytesIO(data)

    return Member(name, info.file_size, _zip_time(info), stream)


def _zip_time(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _kind(mode: int) -> str:
    return "a link" if stat.S_ISLNK(mode) else "not a regular file"


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn whatever the zip library raises on bytes made to confuse it into one sentence."""
    try:
        yield
    except SubmissionError:
        raise
    except OSError as error:
        if error.errno is not None:  # of the file system, not of the zip
            raise SubmissionError(f"{shown(name)} cannot be read: {error.strerror}.") from error
        raise SubmissionError(f"{shown(name)} is damaged: pack your files again and send the new zip.") from error
    except zipfile.BadZipFile as error:
        if "not a zip" in str(error):
            raise SubmissionError(f"{shown(name)} is not a zip: pack your files as a zip and send that.") from error
        raise SubmissionError(f"{shown(name)} is damaged: pack your files again and send the new zip.") from error
    except Exception as error:  # zlib, struct, encoding and value errors, depending on which byte is wrong
        raise SubmissionError(f"{shown(name)} is damaged: pack your files again and send the new zip.") from error
