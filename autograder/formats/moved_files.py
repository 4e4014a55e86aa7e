"""Move files and folders so that each is whole in one place at any moment; list what a folder holds, with digests."""

import contextlib
import errno
import filecmp
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .whole_files import write_pieces

CHECKSUMS = "SHA256SUMS"  # as `sha256sum -c` reads it
_PIECE = 2**20


def move(source: Path, target: Path) -> None:
    """Move a file or folder, also to another disk; a move that was stopped is finished by another one.

    Raises:
        FileExistsError: There is something else at the target.
        OSError: It cannot be moved; the source is whole, or the target is.
    """
    if target.exists():
        if not os.path.lexists(source):
            return
        if not _holds(target, source):
            raise FileExistsError(errno.EEXIST, "there is another one already", str(target))
        _remove(source)  # it was copied whole, and only its removal was stopped
        return
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
        _remove(source)


def copy_folder(source: Path, target: Path, ignore: tuple[str, ...] = ()) -> None:
    """Copy a file or a folder, what links in it point to included."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        patterns = shutil.ignore_patterns(*ignore)
        shutil.copytree(source, target, ignore=patterns, ignore_dangling_symlinks=True)
    else:
        shutil.copy2(source, target)


def write_checksums(folder: Path) -> int:
    """Write the digests of all files in a folder into it, and return how many there are. Links are not followed."""
    files = sorted(path for path in _files(folder) if path.name != CHECKSUMS or path.parent != folder)
    write_pieces(folder / CHECKSUMS, (_line(path, folder) for path in files))
    return len(files)


def _line(path: Path, folder: Path) -> bytes:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = os.fsencode(path.relative_to(folder).as_posix())
    plain = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if plain != name else b"") + digest.encode() + b"  " + plain + b"\n"


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (path for name in names if (path := Path(place, name)).is_file() and not path.is_symlink())


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    if source.is_dir():
        shutil.copytree(source, part, symlinks=True)
    else:
        shutil.copy2(source, part)
    for path in (part, *_files(part)) if part.is_dir() else (part,):
        _to_disk(path)
    os.rename(part, target)


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk: the one that it was copied from is about to be removed."""
    with contextlib.suppress(IsADirectoryError, PermissionError), path.open("rb") as file:
        os.fsync(file.fileno())


def _holds(target: Path, source: Path) -> bool:
    """Whether all that is left of a source is in its copy."""
    if not source.is_dir():
        return _is_copy(target, source)
    return all(_is_copy(target / path.relative_to(source), path) for path in _files(source))


def _is_copy(copy: Path, path: Path) -> bool:
    """Whether a file holds what another does: one of the next term may have the same name and the same size."""
    return copy.is_file() and filecmp.cmp(copy, path, shallow=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
