"""The pictures of a class as the page shows them: one tile for each picture that differs, and who drew it."""

from collections.abc import Iterable, Mapping

from ..formats.small_pictures import SmallPicture
from ..marking.class_pictures import OddPictures, PictureSection
from ..model.plain_text import one_line
from .attention import Group

# A picture, who drew it as positions in the list of reports, and a word about several of them.
Tile = tuple[SmallPicture, tuple[int, ...], str]


def picture_tiles(section: PictureSection, positions: Mapping[str, int]) -> list[Tile]:
    """Return the tiles; `positions` is the index of each student's report in the list of reports."""
    tiles = []
    for group in section.alike:
        if known := _known(group.students, positions):
            same = "identical" if group.identical else "alike"
            tiles.append((section.pictures[group.students[0]], known, same if len(known) > 1 else ""))
    return tiles


def odd_pictures(
    found: Iterable[OddPictures], positions: Mapping[str, int], headings: Mapping[str, str]
) -> list[Group]:  # fmt: skip
    """Return the pictures that a person should look at; `headings` are of items, by id."""
    groups = (
        Group(one_line(headings.get(odd.item_id, odd.item_id), 60), odd.sentence, _known(odd.students, positions))
        for odd in found
    )
    return [group for group in groups if group.students]


def _known(students: Iterable[str], positions: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted(positions[student] for student in students if student in positions))
