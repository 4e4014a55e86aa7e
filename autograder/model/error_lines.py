"""Any exception as the one line that ends a command: what, why, what to do. Needs no package: one may be missing."""

import errno
import os
import re
import shutil
import traceback
from pathlib import Path

from ..handin.problems import Unusable
from .errors import ConfigError, GraderFault

LIMIT = 2000  # characters; the longest of our own sentences, three leaks of a release, has 900
LONGEST_NAME = 200  # characters of a path that are shown, from its end
PACKAGE = Path(__file__).resolve().parents[1]
WHAT_TO_DO = {
    errno.ENOSPC: "free some space on this disk, then run the command again",
    errno.EDQUOT: "your quota is used up: free some space, then run the command again",
    errno.EFBIG: "a limit on the size of files is set: raise it (`ulimit -f`), then run the command again",
    errno.EROFS: "choose a folder that can be written, with --out, or copy the course to such a folder",
    errno.EACCES: "let this user read and write it, or choose another folder with --out",
    errno.EPERM: "let this user read and write it, or choose another folder with --out",
    errno.EISDIR: "there is a folder instead of a file: move it away",
    errno.ENOTDIR: "there is a file instead of a folder: move it away",
    errno.EEXIST: "something with this name exists already: move it away",
    errno.ENOENT: "put it back, or check the path",
    errno.ENAMETOOLONG: "choose a shorter path",
    errno.EMFILE: "raise the limit of open files (`ulimit -n 4096`)",
    errno.ENFILE: "end other programs, or raise the system's limit of open files",
    errno.ENOMEM: "use fewer --jobs, or end other programs",
    errno.EAGAIN: "use fewer --jobs, or end other programs",
    errno.EIO: "the disk has a fault: copy your files to another disk",
    errno.ELOOP: "the links form a circle: remove them",
}
BY_CLASS = {  # sub-classes that shutil and tempfile raise without a number
    FileNotFoundError: WHAT_TO_DO[errno.ENOENT],
    PermissionError: WHAT_TO_DO[errno.EACCES],
}


def error_line(error: BaseException) -> str:
    """Return what ended a command, on one line of at most LIMIT characters and without control characters."""
    return f"autograder: {on_one_line(sentence(error))}"


def sentence(error: BaseException) -> str:
    """Return what went wrong and what to do about it; whoever is to blame."""
    if isinstance(error, (ConfigError, GraderFault, Unusable)) and str(error).strip():
        return str(error)
    if isinstance(error, ImportError):
        return f"A package is missing or broken ({error}): `autograder doctor` says what to install."
    if isinstance(error, UnicodeEncodeError) and any("\udc80" <= letter <= "\udcff" for letter in error.object):
        # Python stands these in for bytes of a file's name that it cannot read.
        return (
            f"The name {error.object[-LONGEST_NAME:]!a} has characters that this shell's locale does not support: "
            "`export LC_ALL=C.UTF-8`, or rename it."
        )
    if isinstance(error, MemoryError):
        return "This machine has no memory left: use fewer --jobs, or end other programs."
    if isinstance(error, OSError):
        return file_sentence(error)
    place = place_of(error)
    what = f"{type(error).__name__}: {str(error) or 'no message'}{f' ({place})' if place else ''}"
    return f"This is a fault of the autograder, not yours: {what}. Report the traceback of `autograder --debug ...`."


def file_sentence(error: OSError) -> str:
    """Return what the system refused, of which file, and what to do."""
    if isinstance(error, shutil.Error):
        error = _first_of(error)
    reason = error.strerror or (str(error) or type(error).__name__)
    remedy = WHAT_TO_DO.get(error.errno or 0) or BY_CLASS.get(type(error), "fix this, then run the command again")
    names = [str(name) for name in (error.filename, error.filename2) if isinstance(name, (str, bytes, Path))]
    if not names:
        return f"A file cannot be used ({reason}): {remedy}."
    return f"{names[-1]} cannot be used ({reason}): {remedy}."


def _first_of(error: shutil.Error) -> OSError:
    """Return what happened to the first of the files that could not be copied; shutil has one text for each."""
    of_files = error.args[0] if error.args and isinstance(error.args[0], list) else []
    _, target, text = of_files[0] if of_files else ("", "", str(error))
    number = re.match(r"\[Errno (\d+)\]", str(text))
    code = int(number[1]) if number else 0
    return OSError(code, os.strerror(code) if code else str(text), str(target))


def on_one_line(text: str) -> str:
    """Return a text on one line, without characters that act on a terminal."""
    shown = "".join(character if character.isprintable() else " " for character in text[: 4 * LIMIT])
    words = " ".join(shown.split())
    return words if len(words) <= LIMIT else f"{words[: LIMIT - 1]}…"


def place_of(error: BaseException) -> str:
    """Return the last line of ours that an exception came through; "" if it came through none."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if PACKAGE in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(PACKAGE.parent)}, line {frames[-1].lineno}" if frames else ""
