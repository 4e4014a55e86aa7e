"""The files of a student's that are shown next to an answer: a plot with its code, pages of a PDF, pasted pictures.

Formgrader and the marking desk show the same ones. What a browser gets are pictures that were drawn anew
(`rendered_pictures`), under names of ours; only a PDF is given away as it was handed in, to be downloaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..formats import picture_size
from ..handin import answer_pictures
from ..handin.asked import HandedInFile
from ..handin.names import MAX_NAME_CHARS, listed
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from .answers import Written, files_to_open
from .rendered_pictures import Pictures, RenderedPictures

NOT_MADE = Pictures(note="No pictures were made here.")
MOST_CODE = 2_000  # characters of a solution cell that are quoted


@dataclass(frozen=True)
class Picture:
    """A picture that was drawn anew from what was handed in, in the folder of the autograded submission."""

    name: str
    alt: str
    width: int
    height: int
    version: str  # changes with the picture, so that browsers may keep it


@dataclass(frozen=True)
class Exhibit:
    """A file as it is shown next to an answer."""

    id: str  # of the file in the assignment, or of the answer that shows it itself
    title: str = ""  # the name of the file, as the assignment or the student calls it: not safe to show as HTML
    pictures: tuple[Picture, ...] = ()
    note: str = ""  # what is not shown and why, in a sentence; it may quote names of the student's
    code: str = ""  # of the student, which says how the picture was made
    original: str = ""  # name of the file as it was submitted, to download; empty if there is none to give away
    is_own: bool = False  # the answer itself shows it, as a picture that was pasted

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Exhibit:
        """Read the stored form."""
        return cls(**{**data, "pictures": tuple(Picture(**picture) for picture in data["pictures"])})


@dataclass(frozen=True)
class Exhibits:
    """Everything that is shown next to the answers of one submission."""

    by_item: Mapping[str, tuple[Exhibit, ...]]
    files: Mapping[str, bytes]  # what the exhibits name, for the folder of the autograded submission
    sources: Mapping[str, Mapping[str, bytes]]  # by item, then by name: what was handed in, in raw bytes


def exhibits_of(
    submission: Submission, assignment: Assignment, written: Written, rendered: RenderedPictures | None
) -> Exhibits:  # fmt: skip
    """Return what is shown next to the answers. Never raises for what was submitted.

    Without `rendered` there are no pictures, and each exhibit says so.
    """
    files: dict[str, bytes] = {}
    by_item: dict[str, list[Exhibit]] = {item.id: [] for item in assignment.person_items}
    sources: dict[str, dict[str, bytes]] = {item.id: {} for item in assignment.person_items}
    for item in assignment.person_items:
        for path in files_to_open(item, submission, assignment, written.texts[item.id]):
            sources[item.id][path] = submission.others[path]
        pictures, missing = _pictures_of(item, submission, written)
        sources[item.id] |= {f"{number} {picture.name}": picture.data for number, picture in enumerate(pictures)}
        for exhibit, own in _own(item, pictures, missing, rendered):
            by_item[item.id].append(exhibit)
            files |= own
    for file in assignment.files:
        if file.id in submission.files and file.show_with:
            data = submission.files[file.id]
            exhibit, own = _shown(file, data, written.code.get(file.id, ""), rendered)
            files |= own
            for item_id in by_item.keys() & set(file.show_with):
                by_item[item_id].append(exhibit)
                sources[item_id][file.id] = data
    return Exhibits({item_id: tuple(shown) for item_id, shown in by_item.items()}, files, sources)


def _shown(
    file: HandedInFile, data: bytes, code: str, rendered: RenderedPictures | None
) -> tuple[Exhibit, dict[str, bytes]]:  # fmt: skip
    """Return a file that was handed in as it is shown, and the files which that names."""
    if file.kind == "png":
        drawn = rendered.plot(data) if rendered else NOT_MADE
        files = {f"{file.id}.jpg": picture for picture in drawn.files}
        pictures = tuple(_picture(name, file.name, picture) for name, picture in files.items())
        return Exhibit(file.id, file.name, pictures, drawn.note, code[:MOST_CODE]), files
    drawn = rendered.pages(data) if rendered else NOT_MADE
    files = {f"{file.id}_page_{number:02}.jpg": picture for number, picture in enumerate(drawn.files, start=1)}
    pictures = tuple(
        _picture(name, f"{file.name}, page {number}", picture)
        for number, (name, picture) in enumerate(files.items(), start=1)
    )
    original = f"{file.id}.pdf"
    return Exhibit(file.id, file.name, pictures, drawn.note, original=original), {**files, original: data}


def _pictures_of(
    item: Item, submission: Submission, written: Written
) -> tuple[list[answer_pictures.Picture], list[str]]:  # fmt: skip
    """Return the pictures that an answer shows itself, and the names of those that were not handed in."""
    answer = written.in_notebooks.get(item.id)
    return answer_pictures.shown_in(written.texts[item.id], submission.others, answer.pictures if answer else ())


def _own(
    item: Item, pictures: list[answer_pictures.Picture], missing: list[str], rendered: RenderedPictures | None
) -> Iterator[tuple[Exhibit, dict[str, bytes]]]:  # fmt: skip
    """Yield the pictures of an answer as they are shown, each with its file, and what is missing."""
    for number, picture in enumerate(pictures, start=1):
        drawn = rendered.photo(picture.data) if rendered else NOT_MADE
        files = {f"{item.id}_picture_{number}.jpg": data for data in drawn.files}
        shown = tuple(_picture(name, f"picture {number}", data) for name, data in files.items())
        yield Exhibit(item.id, picture.name[:MAX_NAME_CHARS], shown, drawn.note, is_own=True), files
    if missing:
        text = f"Not handed in, though the answer shows it: {listed(missing, quote=True)}."
        yield Exhibit(item.id, note=text, is_own=True), {}


def _picture(name: str, alt: str, data: bytes) -> Picture:
    width, height = picture_size.size(data)
    return Picture(name, alt, width, height, hashlib.blake2b(data, digest_size=6).hexdigest())
