"""The pictures of a class as the page shows them: one tile for each picture that differs, and who drew it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..formats.small_pictures import SmallPicture
from ..marking.class_pictures import ClassPictures, PictureSection
from ..model.plain_text import one_line
from .attention import Group


@dataclass(frozen=True)
class Tile:
    """One picture; `students` are positions in the list of reports, `same` is a word about several of them."""

    source: str
    width: int
    height: int
    students: tuple[int, ...]
    same: str


@dataclass(frozen=True)
class TileSection:
    """The tiles of one kind of picture; `is_wide` for drawings with words, which need room."""

    id: str
    title: str
    help: str
    tiles: tuple[Tile, ...]
    is_wide: bool


@dataclass(frozen=True)
class PictureTiles:
    """All tiles, and the pictures that a person should look at."""

    sections: tuple[TileSection, ...]
    odd: tuple[Group, ...]


def picture_tiles(pictures: ClassPictures, positions: Mapping[str, int]) -> PictureTiles:
    """Return the tiles; `positions` is the index of each student's report in the list of reports."""
    sections = [
        TileSection(section.id, section.title, section.help, _tiles(section, positions), section.is_file)
        for section in pictures.sections
    ]
    odd = (Group(one_line(odd.item_id, 60), odd.sentence, _known(odd.students, positions)) for odd in pictures.odd)
    return PictureTiles(
        tuple(section for section in sections if section.tiles), tuple(group for group in odd if group.students)
    )


def _tiles(section: PictureSection, positions: Mapping[str, int]) -> tuple[Tile, ...]:
    tiles = (
        _tile(section.pictures, group.students, positions, "identical" if group.identical else "alike")
        for group in section.alike
    )
    return tuple(tile for tile in tiles if tile.students)


def _tile(
    pictures: Mapping[str, SmallPicture], students: Iterable[str], positions: Mapping[str, int], same: str
) -> Tile:
    known = _known(students, positions)
    picture = next(pictures[student] for student in students)
    source = f"data:image/webp;base64,{picture.webp}"
    return Tile(source, picture.width, picture.height, known, same if len(known) > 1 else "")


def _known(students: Iterable[str], positions: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted(positions[student] for student in students if student in positions))
