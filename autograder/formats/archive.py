"""Zips as listings of members; whatever a zip claims about itself, listing and reading it stay within bounds."""

import io
import re
import stat
import time
import zipfile
from typing import BinaryIO

from ..handin.limits import MAX_RATIO, RATIO_FREE_BYTES, too_repetitive
from ..model.errors import SubmissionError
from .members import MAX_ENTRIES, MAX_PATH_PARTS, Folder, Listing, Member, kind_of, reading, shown, too_large

MAX_ENTRY_BYTES = 512  # in a zip's directory, per entry; 46 bytes, the name, and at most about 60 bytes of times
MAX_NESTED_BYTES = 128 * 2**20  # of a zip inside a zip, held in memory; a homework with both datasets has 40 MB
MAX_PATH_CHARS = 512  # Windows itself stops at 260
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what all zip programs write; LZMA may ask for 4 GB of memory
WINDOWS_DRIVE = re.compile(r"^[A-Za-z]:")
FOREIGN = {  # how files begin that are often renamed to .zip
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"{": "a notebook or a text",
}


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
    return SubmissionError(f"{shown(name)} contains more than {max_entries:,} files: pack only the required files.")


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
            root.left_out.append(f"{shown(info.filename)} (a path outside the zip)")
            continue
        if len(parts) > MAX_PATH_PARTS or len(info.filename) > MAX_PATH_CHARS:
            root.left_out.append(f"{shown(info.filename)} (nested too deeply)")
            continue
        is_folder = info.filename.endswith(("/", "\\"))
        branch = root
        for part in parts if is_folder else parts[:-1]:
            branch = branch.branches.setdefault(part, _Branch(part))
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            branch.left_out.append(f"{shown(info.filename)} ({kind_of(mode)})")
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
            raise SubmissionError(f"{shown(name)} uses an unusual kind of zip: pack it again as an ordinary zip.")
        if info.file_size > max_bytes:
            raise too_large(name, max_bytes)
        if info.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
            raise SubmissionError(too_repetitive(name))
        with reading(name), archive.open(info) as file:
            data = file.read(max_bytes + 1)  # reading past the end is what checks the checksum
        return io.BytesIO(data)

    return Member(name, _zip_time(info), stream)


def _zip_time(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0
