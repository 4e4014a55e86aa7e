"""The folder that a student process may write: how much is in it, and how to get rid of it whatever is in it.

Loaded by path, like the rest of this folder: it imports nothing of the package.
Student code may nest folders a hundred thousand deep and take every permission from them, so nothing here recurses,
and no path gets longer than two names below the folder.
"""

import contextlib
import os
import secrets

MAX_DEPTH = 12  # names have up to 255 bytes and a path up to 4,096
OWNERS, PERMISSIONS = 0o700, 0o777
SMALLEST_FILE = 4096  # bytes; what an empty file or folder costs the disk, roughly


def measure(folder: str | os.PathLike[str], enough_bytes: float) -> float:
    """Return the bytes that files and folders occupy, or just more than `enough_bytes`; inf when nested too deeply."""
    total, waiting = 0, [(os.fspath(folder), 0)]
    while waiting and total <= enough_bytes:
        path, depth = waiting.pop()
        for entry in _entries(path):
            with contextlib.suppress(OSError):
                total += max(SMALLEST_FILE, entry.stat(follow_symlinks=False).st_blocks * 512)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1))
        if depth > MAX_DEPTH:
            return float("inf")
    return total


def remove(folder: str | os.PathLike[str]) -> None:
    """Remove a folder that nobody uses any more; what cannot be removed stays."""
    root = os.fspath(folder)
    while inner := [entry.path for entry in _emptied(root, root) if entry.is_dir(follow_symlinks=False)]:
        removed = 0
        for path in inner:
            _emptied(path, root)
            removed += _removed(path)
        if not removed:
            break
    _removed(root)


def _emptied(path: str, root: str) -> list[os.DirEntry[str]]:
    """Delete the files of a folder and move its folders up into `root`; return what was in it."""
    entries = _entries(path)
    for entry in entries:
        with contextlib.suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
            elif path != root:
                os.chmod(entry.path, 0o700)
                os.rename(entry.path, os.path.join(root, secrets.token_hex(8)))
    return entries


def _removed(path: str) -> bool:
    try:
        os.rmdir(path)
    except OSError:
        return False
    return True


def _entries(path: str) -> list[os.DirEntry[str]]:
    """List a folder, even one that its maker has locked; who else may use it still may."""
    with contextlib.suppress(OSError):
        os.chmod(path, os.stat(path).st_mode & PERMISSIONS | OWNERS)
        with os.scandir(path) as entries:
            return list(entries)
    return []
