"""The pictures of a class side by side: png files that were handed in, and what the hidden side says of others.

An assignment may have a module `pictures` in its hidden side, with any of
    SAVED         pictures that notebooks hold under a cell: a tuple of SavedPicture
    TITLES        by id of a file: the title of its section in the class report, and a word of explanation
    odd_pictures  a function that yields OddPictures, pictures that a person should look at
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from ..course import hidden_side
from ..formats import saved_outputs
from ..formats.small_pictures import LikePictures, SmallPicture, groups, identical
from ..handin import notebook_file
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.report import Report
from ..model.submission import Submission
from .rendered_pictures import RenderedPictures

MOST_SAVED = 1_500  # pictures of one cell in a class: 13 MB of a page; nobody looks through more of them


@dataclass(frozen=True)
class SavedPicture:
    """A picture that notebooks hold under the cell of this id, the last one there."""

    notebook: str
    cell: str
    title: str
    help: str = ""
    two_panels_from: float = 0.0  # from this ratio of width to height on only the right half is shown; 0: never


@dataclass(frozen=True)
class OddPictures:
    """A sentence about pictures that the code beside them cannot have drawn, and who sent such a picture."""

    item_id: str
    sentence: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class PictureSection:
    """One section of the class report: one picture a student, alike ones together."""

    id: str
    title: str
    help: str
    pictures: Mapping[str, SmallPicture]  # by student
    alike: tuple[LikePictures, ...]  # everybody with a picture is in one of them
    is_file: bool = True  # that was handed in; else it comes out of a notebook


@dataclass(frozen=True)
class ClassPictures:
    """The pictures of a class; a section without any picture is left out."""

    sections: tuple[PictureSection, ...] = ()
    odd: tuple[OddPictures, ...] = ()


class Collection:
    """The pictures of a class, taken from one submission after the other."""

    def __init__(self, assignment: Assignment) -> None:
        """Begin with none. Raises ConfigError when the hidden side's module cannot be imported."""
        self._assignment, self._hidden = assignment, _module(assignment)
        self._saved: dict[SavedPicture, dict[str, SmallPicture]] = {kind: {} for kind in saved_in(assignment)}
        self._files: dict[str, dict[str, SmallPicture]] = {file_id: {} for file_id in _png_files(assignment)}
        self._kept: dict[str, SmallPicture] = {}  # the same picture of many students is in memory once
        self._notebooks: dict[str, frozenset[str]] = {}

    @property
    def students(self) -> frozenset[str]:
        """Whose pictures were taken, be there any or not."""
        return frozenset(self._notebooks)

    def add(self, submission: Submission, rendered: RenderedPictures) -> None:
        """Take the pictures of a submission, which may be rendered already. Never raises for what was submitted."""
        student = submission.student
        self._notebooks[student] = frozenset(submission.notebooks)
        for kind, found in self._saved.items():
            data = picture_in(submission, kind)
            if data is not None and (small := rendered.small_saved(data, kind.two_panels_from)) is not None:
                found[student] = small
                if len(found) > MOST_SAVED:
                    del found[max(found)]
        for file_id, found in self._files.items():
            data = submission.files.get(file_id)
            if data is not None and (small := rendered.small_plot(data)) is not None:
                found[student] = self._kept.setdefault(small.digest, small)

    def class_pictures(self, reports: Iterable[Report]) -> ClassPictures:
        """Return the pictures, and what the hidden side makes of them and of the reports."""
        sections = [
            PictureSection(kind.cell, kind.title, kind.help, found, tuple(identical(found)), is_file=False)
            for kind, found in self._saved.items()
        ]
        titles = getattr(self._hidden, "TITLES", {})
        for file_id, found in self._files.items():
            title, text = titles.get(file_id, (_png_files(self._assignment)[file_id], ""))
            sections.append(PictureSection(file_id, title, text, found, tuple(groups(found))))
        odd: tuple[OddPictures, ...] = ()
        if self._hidden is not None and hasattr(self._hidden, "odd_pictures"):
            alike = {section.id: section.alike for section in sections if section.is_file}
            graded = {report.student: report for report in reports}
            odd = tuple(self._hidden.odd_pictures(alike, graded, self._notebooks))
        return ClassPictures(tuple(section for section in sections if section.pictures), odd)


def saved_in(assignment: Assignment) -> tuple[SavedPicture, ...]:
    """Return what the notebooks of an assignment hold."""
    return tuple(getattr(_module(assignment), "SAVED", ()))


def picture_in(submission: Submission, kind: SavedPicture) -> bytes | None:
    """Return a picture that a student's notebook holds, as a PNG that nobody vouches for."""
    data = submission.notebooks.get(kind.notebook)
    if data is None:
        return None
    try:
        cells = [cell for cell in notebook_file.read(data).cells if cell.grade_id == kind.cell]
    except Unusable:
        return None
    outputs = saved_outputs.cleaned(cells[-1].outputs) if cells else []
    pictures = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return base64.b64decode(pictures[-1]) if pictures else None


def draw_ahead(submission: Submission, assignment: Assignment, rendered: RenderedPictures) -> None:
    """Make the pictures of a submission, so that they are there when asked for. Never raises for what it holds."""
    files = [submission.files[file_id] for file_id in _png_files(assignment) if file_id in submission.files]
    saved = [(picture_in(submission, kind), kind.two_panels_from) for kind in saved_in(assignment)]
    rendered.draw_ahead(files, [(data, ratio) for data, ratio in saved if data is not None])


def _module(assignment: Assignment) -> ModuleType | None:
    return hidden_side.module(assignment, hidden_side.PICTURES)


def _png_files(assignment: Assignment) -> dict[str, str]:
    return {file.id: file.name for file in assignment.files if file.kind == "png"}
