"""The regrade requests of a class in the order in which they are answered, and the page that lists them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..gradebook.desk_book import RememberedComment
from ..gradebook.regrade_requests import RegradeRequest
from ..gradebook.request_rows import Asking, Place
from ..model.assignment import Item
from ..model.plain_text import one_line, points
from .class_desk import ClassDesk
from .refusals import Unknown
from .seen import Seen

MOST_ANSWERED = 200  # of those that are answered, on the page
EXCERPT = 160  # characters of a reason in the list
MOST_REPLIES = 40  # earlier ones that are offered


@dataclass(frozen=True)
class Queue:
    """All requests, and which of them wait: in the order of the items, then by age."""

    askings: tuple[Asking, ...]

    @classmethod
    def of(cls, desk: ClassDesk) -> "Queue":
        """Return what the gradebook has now of students whose work is at hand."""
        known = desk.answers.students
        return cls(tuple(asking for asking in desk.book.askings() if asking.student in known))

    @property
    def waiting(self) -> tuple[Asking, ...]:
        """What somebody has to look at: requests that are open, and points of a person where checks differ by now."""
        return tuple(asking for asking in self.askings if asking.open or asking.asks_again)

    def asking(self, place: Place) -> Asking:
        """Return what a student asks about an item. Raises Unknown where nothing is asked."""
        found = next((entry for entry in self.askings if (entry.student, entry.item) == place), None)
        if found is None:
            raise Unknown("There is no such regrade request: begin with the list of them.")
        return found

    def behind(self, place: Place | None) -> list[Asking]:
        """Return those that wait from a place on, and round to it; the place itself is left out."""
        listed = [entry for entry in self.askings if entry in self.waiting or (entry.student, entry.item) == place]
        places = [(entry.student, entry.item) for entry in listed]
        start = places.index(place) if place in places else -1
        return [*listed[start + 1 :], *listed[: max(start, 0)]]

    def beside(self, place: Place, step: int) -> Asking | None:
        """Return the waiting one before or after a place, None at the end."""
        listed = [entry for entry in self.askings if entry in self.waiting or (entry.student, entry.item) == place]
        at = next((number for number, entry in enumerate(listed) if (entry.student, entry.item) == place), None)
        if at is None or not 0 <= at + step < len(listed):
            return None
        return listed[at + step]

    def replies(self, item: str) -> list[RememberedComment]:
        """Return the replies that were given, those about this item first, then by how often."""
        about: Counter[str] = Counter()
        elsewhere: Counter[str] = Counter()
        for asking in self.askings:
            for reply in {request.reply for request in asking.requests if not request.is_open and request.reply}:
                (about if asking.item == item else elsewhere)[reply] += 1
        ordered = [*about.most_common(), *((text, uses) for text, uses in elsewhere.most_common() if text not in about)]
        return [RememberedComment(text, uses) for text, uses in ordered[:MOST_REPLIES]]


@dataclass(frozen=True)
class EntryView:
    """One line of the page."""

    address: str
    who: str
    words: str  # the reason, its beginning
    count: int  # requests of this student about this item
    asked: str  # the day
    points: str
    moved: str
    note: str


@dataclass(frozen=True)
class QueueView:
    """What the template shows."""

    overview: str
    first: str  # the address of the first one that waits
    open: int
    waiting: list[tuple[str, str, list[EntryView]]]  # title and id of each item
    answered: list[EntryView]
    more: int  # that are answered, and not listed


def queue_view(desk: ClassDesk, seen: Seen) -> QueueView:
    """Return the page of all requests."""
    queue, holders = Queue.of(desk), desk.book.request_holders(seen.marker)
    waiting = queue.waiting
    by_item = [(item, [entry for entry in waiting if entry.item == item.id]) for item in desk.assignment.items]
    rest = (entry for entry in queue.askings if entry not in waiting)
    answered = sorted(rest, key=lambda entry: entry.requests[-1].id, reverse=True)
    return QueueView(
        overview=seen.addresses.overview,
        first=address_of(desk, waiting[0], seen) if waiting else "",
        open=len(waiting),
        waiting=[
            (item.heading, item.id, [_entry(desk, entry, seen, holders) for entry in entries])
            for item, entries in by_item
            if entries
        ],
        answered=[_entry(desk, entry, seen, holders) for entry in answered[:MOST_ANSWERED]],
        more=max(0, len(answered) - MOST_ANSWERED),
    )


def item_of(desk: ClassDesk, item_id: str) -> Item:
    """Return an item of the homework, whoever grades it. Raises Unknown for anything else."""
    try:
        return desk.assignment.item(item_id)
    except KeyError:
        raise Unknown("There is no item of this name: begin with the list of the requests.") from None


def address_of(desk: ClassDesk, asking: Asking, seen: Seen) -> str:
    """Return the address of the page of a request."""
    return seen.addresses.request(asking.item, desk.key(asking.student))


def change_words(before: float | None, after: float | None) -> str:
    """Return what became of points: `5`, or `5 → 7`."""
    words = ["–" if value is None else points(value) for value in (before, after)]
    return words[0] if words[0] == words[1] else " → ".join(words)


def day(request: RegradeRequest) -> str:
    """Return the day of a request."""
    return f"{request.asked_at.astimezone():%d %b %Y}"


def _entry(desk: ClassDesk, asking: Asking, seen: Seen, holders: Mapping[Place, str]) -> EntryView:
    shown: Sequence[RegradeRequest] = asking.open or asking.requests[-1:]
    last, key = shown[-1], desk.key(asking.student)
    holder = holders.get((asking.student, asking.item), "")
    notes = [f"open with {one_line(holder, 60)}"] if holder else []
    notes += ["graded again since the answer"] if asking.asks_again else []
    notes += ["asked again"] if len(asking.requests) > len(asking.open) > 0 else []
    notes += [f"answered by {one_line(last.marker, 60)}"] if not last.is_open else []
    return EntryView(
        address_of(desk, asking, seen),
        desk.name(asking.student) if seen.names else f"Student {key}",
        one_line(" / ".join(request.reason for request in shown), EXCERPT),
        len(asking.requests),
        day(shown[0]),
        change_words(*((asking.grade.score,) * 2 if last.is_open else (last.before, last.after))),
        change_words(*asking.moved_meanwhile) if asking.moved_meanwhile else "",
        ", ".join(notes),
    )
