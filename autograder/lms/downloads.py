"""Which system a class download is from, by its content: no student can name a file so that it passes for another's.

In the download of a system every name follows its pattern, and a student chooses only the end of a name. So the system
is the one that fits most entries; of two that fit as many, the one whose names no student of the other can make:
Brightspace's begin with two numbers and a hyphen, Moodle's have no `_` before their number, Blackboard's need a text
file of the same beginning, and Canvas's have neither space nor hyphen.
"""

from collections.abc import Callable, Iterable

from ..formats.members import Listing, Member
from ..model.errors import SubmissionError
from . import brightspace, gradescope, moodle
from .blackboard import MAX_TEXT, Attempts
from .blackboard import SYSTEM as BLACKBOARD
from .canvas_names import canvas_name
from .entries import CANVAS, Download, Entry


def download_of(listing: Listing) -> Download | None:
    """Return the download that a listing is; None for any other folder.

    Raises:
        SubmissionError: It has Gradescope's metadata, and they cannot be read.
    """
    for member in listing.files:
        if member.name == gradescope.METADATA:
            return Download(gradescope.SYSTEM, gradescope.entries(member.read(gradescope.MAX_BYTES)).get)
    files = {member.name: member for member in listing.files}
    names = [*files, *(folder.name for folder in listing.folders)]
    attempts = Attempts(files, lambda name: _beginning(files[name]))
    counted = [
        (_count(names, brightspace.entry_of), brightspace.SYSTEM, brightspace.entry_of),
        (_count(names, moodle.entry_of), moodle.SYSTEM, moodle.entry_of),
        (_count(files, attempts.entry_of) if attempts.described else 0, BLACKBOARD, attempts.entry_of),
        (_count(files, canvas_name), CANVAS, canvas_name),
        (_count(files, attempts.entry_of), BLACKBOARD, attempts.entry_of),  # its text files were removed
    ]
    count, system, entry_of = max(counted, key=lambda entry: entry[0])  # of equal ones the first
    return Download(system, entry_of) if count else None


def _count(names: Iterable[str], entry_of: Callable[[str], Entry | None]) -> int:
    return sum(entry_of(name) is not None for name in names)


def _beginning(member: Member) -> str:
    """Return how a text file begins; nothing of one that cannot be read."""
    try:
        with member.open(MAX_TEXT * 64) as file:
            return file.read(MAX_TEXT).decode(errors="replace")
    except SubmissionError:
        return ""
