"""One file of what is handed in, and for which of the files asked for it is a candidate."""

from dataclasses import dataclass, field
from typing import NamedTuple

from .asked import Wanted
from .slots import Slot

GIVEN_FOLDERS = frozenset({"handin", "datasets"})  # given like the kit, so they say nothing when handed in
GIVEN_FILES = frozenset({"readme.md", "requirements.txt", "mini", "timestamp.txt"})  # the last is nbgrader's


@dataclass(frozen=True)
class HandedIn:
    """One file of a zip or folder."""

    name: str
    modified: float  # seconds since 1970, 0 when unknown
    folders: tuple[str, ...] = field(default=(), kw_only=True)  # on the way from the listed root

    @property
    def path(self) -> str:
        """Path below the listed root."""
        return "/".join((*self.folders, self.name))

    def read(self, max_bytes: int) -> bytes:
        """Return the content. Raises Unusable when it is larger, or cannot be read."""
        raise NotImplementedError


class Candidate(NamedTuple):
    """A file that may be one of those asked for; see `slot_of` for the ranks."""

    file: HandedIn
    rank: int
    data: bytes | None = None  # its content, while notebooks are compared
    by_cells: bool = False  # it is a notebook with the cells that are asked for
    written: int = 0  # functions and answers in it, where several notebooks are compared
    is_ungraded: bool = False  # it is a notebook that students get and do not hand in, with code that is asked for


Picked = dict[Slot, list[Candidate]]  # the best candidate first


def is_given(file: HandedIn, wanted: Wanted) -> bool:
    """Whether students were given the file."""
    folders = {folder.lower() for folder in file.folders}
    further = {f"requirements-{name}.txt".lower() for name in wanted.ungraded}  # what those notebooks need besides
    return file.name.lower() in GIVEN_FILES | further or bool(folders & {*GIVEN_FOLDERS, wanted.kit.lower()})


def is_in_ungraded_folder(file: HandedIn, wanted: Wanted) -> bool:
    """Whether a file lies in a folder of notebooks that students get and do not hand in."""
    return not {folder.lower() for folder in file.folders}.isdisjoint(folder.lower() for folder in wanted.ungraded)
