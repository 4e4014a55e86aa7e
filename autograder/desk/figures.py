"""What is counted of a class: how far each question is, who marks it, and how long the rest takes.

To count a class of 3,000 takes from 30 ms for one question to a second for all: it is done again when something was
saved here, and after a while for what others did.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from ..gradebook.desk_book import DeskBook, Marker, State
from ..gradebook.desk_book import Status as Marked
from ..model.errors import ConfigError
from ..model.plain_text import counted, one_line, seconds
from .order import Order

FRESH_S = 10.0  # for how long a count is believed while nothing is saved here
LONGEST_NAME = 60


@dataclass(frozen=True)
class Progress:
    """The figures of one question."""

    answers: int
    done: int
    groups: int
    groups_left: int
    second_left: int = 0  # groups that wait for a second mark of who looks, once nothing waits for a first one
    pace_s: float | None = None  # seconds from one decision of who looks to the next; None where nobody can say

    @property
    def decisions_left(self) -> int:
        """How often who looks has to decide."""
        return self.groups_left or self.second_left

    @property
    def seconds_left(self) -> float:
        """How long the rest takes; 0 where nobody can say."""
        return (self.pace_s or 0.0) * self.decisions_left

    @property
    def words(self) -> str:
        """What is left, in short."""
        if not self.decisions_left:
            return "all marked"
        left = f"{counted(self.decisions_left, 'decision' if self.groups_left else 'second mark')} left"
        return f"{left}, {duration(self.seconds_left)}" if self.seconds_left else left


@dataclass(frozen=True)
class Workers:
    """Who marked a question, and who has an answer to it open."""

    markers: tuple[str, ...] = ()  # the most busy first
    at_work: tuple[str, ...] = ()
    to_settle: int = 0


class Figures:
    """The figures of all questions of a class. Any thread may ask."""

    def __init__(self, order: Callable[[str], Order], book: DeskBook, items: Collection[str]) -> None:
        """Count nothing yet."""
        self._order, self._book, self._items = order, book, items
        self._second: dict[tuple[str, str], tuple[float, int]] = {}  # by item and marker
        self._progress: dict[str, tuple[float, Order, Progress]] = {}
        self._workers: Mapping[str, Workers] = {}
        self._workers_at = float("-inf")
        self._asking = threading.Lock()

    def progress(self, item: str, marker: str) -> Progress:
        """Return the figures of a question, with the pace of a marker."""
        order, known = self._order(item), self._progress.get(item)
        if known is None or known[1] is not order or time.monotonic() - known[0] > FRESH_S:
            known = (time.monotonic(), order, count(order, self._book.waiting(item)))
            self._progress[item] = known
        second_left = 0 if known[2].groups_left else self._second_left(item, marker, order)
        return replace(known[2], second_left=second_left, pace_s=self._book.pace(item, marker))

    def _second_left(self, item: str, marker: str, order: Order) -> int:
        """Return how many groups wait for a second mark of a marker."""
        if not self._book.marks_twice(item):
            return 0
        known = self._second.get((item, marker))
        if known is None or time.monotonic() - known[0] > FRESH_S:
            states = self._book.states(item, second=True, marker=Marker(marker))
            open_ = {student for student, state in states.items() if state.is_open} & order.number.keys()
            known = self._second[item, marker] = (time.monotonic(), len({order.place[student] for student in open_}))
        return known[1]

    def changed(self, item: str) -> None:
        """Count a question again when it is asked for next: something was saved."""
        self._progress.pop(item, None)
        for key in list(self._second):
            if key[0] == item:
                self._second.pop(key, None)

    def workers(self) -> Mapping[str, Workers]:
        """Return who marks which question; what is old is returned once more while it is asked for again."""
        if time.monotonic() - self._workers_at > FRESH_S and self._asking.acquire(blocking=False):
            threading.Thread(target=self._ask, daemon=True).start()
        return self._workers

    def _ask(self) -> None:
        try:
            with contextlib.suppress(ConfigError):  # the gradebook cannot be used now: what a page asks of it says so
                self._workers = {item: workers(self._book.states(item)) for item in self._items}
        finally:
            self._workers_at = time.monotonic()
            self._asking.release()


def count(order: Order, waiting: Collection[str]) -> Progress:
    """Count what waits: answers, and groups with any of them."""
    open_ = order.number.keys() & waiting
    left = len({order.place[student] for student in open_})
    return Progress(len(order.number), len(order.number) - len(open_), len(order.groups), left)


def workers(states: Mapping[str, State]) -> Workers:
    """Return who marked and who marks, from the states of the answers to a question."""
    counts = Counter(one_line(state.marker, LONGEST_NAME) for state in states.values() if state.marker)
    at_work = {one_line(state.leased_by, LONGEST_NAME) for state in states.values() if state.leased_by}
    disagreed = sum(state.status is Marked.DISAGREED for state in states.values())
    return Workers(tuple(name for name, _ in counts.most_common()), tuple(sorted(at_work)), disagreed)


def duration(value: float) -> str:
    """Return a time that is estimated, in words."""
    return "less than a minute" if value < 60 else f"about {seconds(value)}"
