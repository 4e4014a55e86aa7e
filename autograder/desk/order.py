"""The answers to one item in the order of marking: in groups, the largest first, like beside like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..marking.answer_groups import Group


@dataclass(frozen=True)
class Order:
    """The answers to an item that are marked, in groups and in the order of marking."""

    groups: tuple[Group, ...]
    place: Mapping[str, int]  # of a student's group
    number: Mapping[str, int]  # of a student's answer, from 1

    def group_of(self, student: str) -> Group:
        """Return the group of an answer; one that is in no queue stands alone."""
        place = self.place.get(student)
        return Group((student,), (student,)) if place is None else self.groups[place]

    def beside(self, student: str, step: int) -> str:
        """Return who stands for the group before or after that of an answer, "" at the end."""
        place = self.place.get(student)
        if place is None or not 0 <= place + step < len(self.groups):
            return ""
        return self.groups[place + step].spellings[0]


def ordered(groups: Sequence[Group]) -> Order:
    """Number the groups and the answers in them."""
    place = {student: number for number, group in enumerate(groups) for student in group.students}
    everybody = (student for group in groups for student in group.students)
    return Order(tuple(groups), place, {student: number for number, student in enumerate(everybody, start=1)})
