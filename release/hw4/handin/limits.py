"""How large a submission may be: what is larger is refused, and `python -m handin` says so in advance."""

from .names import shown

MAX_BYTES = {  # by kind of file
    "notebook": 32 * 2**20,  # a finished homework with its pictures is 1 to 3 MB; Jupyter itself is slow from 30 MB on
    "sheet": 2**18,  # the longest answer has a few hundred words; to read and show 0.25 MiB takes at most 1 s
    "sheet_file": 16 * 2**20,  # of a sheet with the pictures that were written into it, which some programs do
    "png": 16 * 2**20,  # a plot has 0.1 MB; this is a screenshot of the largest screen
    "pdf": 32 * 2**20,  # ten photographed pages
    "other": 16 * 2**20,  # a photo has 3 to 8 MB
    "module": 2**18,  # of the student's own; 5,000 lines
}
MAX_NOTEBOOKS = 12  # of one student that are read to see what they are; who has copies has one or two
MAX_NOTEBOOK_BYTES = 48 * 2**20  # of these together; to compare such notebooks takes up to 2 s
MAX_MODULES = 40  # of the student's own; those who send any send one to three
MAX_RATIO = 700  # of a file to itself packed: endless short lines reach 510, a zip bomb 1,000, the most there is
RATIO_FREE_BYTES = 4 * 2**20  # below this size a high ratio does no harm
MAX_PAGES = 20  # of a PDF that a marker is shown; three answers on paper take two to eight


def too_large(name: str, max_bytes: int) -> str:
    """Return what is said of a file that has more bytes than it may."""
    return f"{shown(name)} is larger than {max_bytes / 2**20:g} MiB: send a smaller one."


def too_repetitive(name: str) -> str:
    """Return what is said of a file that packs to almost nothing."""
    return f"{shown(name)} unpacks to more than {MAX_RATIO} times its size: remove very long outputs."
