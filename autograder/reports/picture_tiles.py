"""The pictures of a class as the page shows them: one tile for each picture that differs, and who drew it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..formats.small_pictures import SmallPicture
from ..marking.class_pictures import ClassPictures
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
class PictureTiles:
    """The two sets of tiles, and the plots that a person should look at."""

    plots: tuple[Tile, ...]
    samples: tuple[Tile, ...]
    odd_plots: tuple[Group, ...]


def picture_tiles(pictures: ClassPictures, positions: Mapping[str, int]) -> PictureTiles:
    """Return the tiles; `positions` is where each student's report stands in the list of reports."""
    by_digest: dict[str, list[str]] = {}
    for student in sorted(pictures.samples.keys() & positions.keys(), key=positions.__getitem__):
        by_digest.setdefault(pictures.samples[student].digest, []).append(student)
    plots = (
        _tile(pictures.plots, group.students, positions, "identical" if group.identical else "alike")
        for group in pictures.like_plots
    )
    samples = (_tile(pictures.samples, students, positions, "identical") for students in by_digest.values())
    odd = (
        Group(one_line(odd.item_id, 60), odd.sentence, _known(odd.students, positions)) for odd in pictures.odd_plots
    )
    return PictureTiles(
        tuple(tile for tile in plots if tile.students),
        tuple(samples),
        tuple(group for group in odd if group.students),
    )


def _tile(
    pictures: Mapping[str, SmallPicture], students: Iterable[str], positions: Mapping[str, int], same: str
) -> Tile:
    known = _known(students, positions)
    picture = next(pictures[student] for student in students)
    source = f"data:image/webp;base64,{picture.webp}"
    return Tile(source, picture.width, picture.height, known, same if len(known) > 1 else "")


def _known(students: Iterable[str], positions: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted(positions[student] for student in students if student in positions))
