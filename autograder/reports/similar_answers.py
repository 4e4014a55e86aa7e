"""Like answers of different students, as the page lists them: who, in which item, how alike, and how they begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..marking.lookalikes import Group as LikeAnswers
from ..model.plain_text import one_line
from .attention import Group

EXCERPT_LIMIT = 220


@dataclass(frozen=True)
class Alike:
    """Groups of students for the two lists: short answers to mark alike, and write-ups that share their words."""

    short_answers: tuple[Group, ...]
    write_ups: tuple[Group, ...]


def alike(found: Iterable[LikeAnswers], positions: Mapping[str, int]) -> Alike:
    """Return the lists; `positions` is the index of each student's report in the list of reports."""
    short_answers: list[Group] = []
    write_ups: list[Group] = []
    for group in found:
        students = tuple(positions[student] for student in group.students if student in positions)
        how = "identical" if group.identical else f"alike to {group.likeness:.0%} or more"
        text = f"{how}: “{one_line(group.excerpt, EXCERPT_LIMIT)}”"
        (write_ups if group.is_write_up else short_answers).append(Group(one_line(group.item.id, 60), text, students))
    return Alike(tuple(short_answers), tuple(write_ups))
