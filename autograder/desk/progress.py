"""How far the marking of a question is, and how long the rest takes at the pace of who looks."""

from collections.abc import Collection
from dataclasses import dataclass

from ..model.plain_text import counted, seconds
from .class_desk import ClassDesk, Order


@dataclass(frozen=True)
class Progress:
    """The figures of one question."""

    answers: int
    done: int
    groups: int
    groups_left: int
    pace_s: float | None  # seconds from one decision to the next; None where nobody can say

    @property
    def seconds_left(self) -> float:
        """How long the rest takes; 0 where nobody can say."""
        return (self.pace_s or 0.0) * self.groups_left

    @property
    def words(self) -> str:
        """What is left, in short."""
        if not self.groups_left:
            return "all marked"
        left = f"{counted(self.groups_left, 'decision')} left"
        return f"{left}, {duration(self.seconds_left)}" if self.seconds_left else left


def duration(value: float) -> str:
    """Return a time that is estimated, in words."""
    return "less than a minute" if value < 60 else f"about {seconds(value)}"


def progress(desk: ClassDesk, item_id: str, marker: str) -> Progress:
    """Return the figures of a question, with the pace of a marker."""
    return figures(desk.order(item_id), desk.book.waiting(item_id), desk.book.pace(item_id, marker))


def figures(order: Order, waiting: Collection[str], pace_s: float | None) -> Progress:
    """Count what waits: answers, and groups with any of them."""
    open_ = {student for student in order.number if student in waiting}
    left = sum(not open_.isdisjoint(group.students) for group in order.groups)
    return Progress(len(order.number), len(order.number) - len(open_), len(order.groups), left, pace_s)
