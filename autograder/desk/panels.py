"""What opens below an answer: how the answers of a group differ, and the model answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.desk_book import Decision, Event
from ..marking.answer_difference import difference_html
from ..model.plain_text import one_line, points
from .class_desk import ClassDesk
from .seen import Seen

MOST_MEMBERS = 100  # shown of a group


@dataclass(frozen=True)
class MemberView:
    """One member of a group, beside the answer that is shown."""

    key: str
    number: int
    name: str
    html: Markup  # the text, with what differs marked
    is_same: bool
    is_shown: bool


def members_of(desk: ClassDesk, item_id: str, student: str, seen: Seen) -> tuple[list[MemberView], int]:
    """Return the members of the group of an answer, those that differ first, and how many are not shown."""
    order, answers = desk.order(item_id), desk.answers.of_item(item_id)
    group = order.group_of(student)
    shown = answers[student].text
    found = []
    for member in group.students:
        text = answers[member].text if member in answers else ""
        found.append(
            MemberView(
                desk.key(member), order.number.get(member, 0), desk.name(member) if seen.names else "",
                difference_html(shown, text), text.split() == shown.split(), member == student,
            )
        )  # fmt: skip
    found.sort(key=lambda entry: (not entry.is_shown, entry.is_same, entry.number))
    return found[:MOST_MEMBERS], max(0, len(found) - MOST_MEMBERS)


@dataclass(frozen=True)
class EventView:
    """One line of the history of an answer."""

    at: str
    when: str
    marker: str
    words: str


def event_views(events: Sequence[Event]) -> list[EventView]:
    """Return the history of an answer, the latest first."""
    return [
        EventView(
            event.at.isoformat(timespec="seconds"), f"{event.at.astimezone():%d %b, %H:%M:%S}",
            one_line(event.marker, 60), _said(event),
        )
        for event in reversed(events)
    ]  # fmt: skip


EVENT_WORDS = {
    "save": "", "done": "done", "settle": "settled two marks", "undo": "undid a decision",
    "rubric": "by a changed rubric", "split": "taken out of its group", "rejoin": "put back into its group",
    "request": "answered a regrade request", "points": "answered a regrade request",
    "reply": "answered a regrade request, the points stayed",
}  # fmt: skip


def _said(event: Event) -> str:
    words = [EVENT_WORDS.get(event.kind, event.kind)]
    if event.score_before != event.score_after:
        words.append(f"{_score(event.score_before)} → {_score(event.score_after)} points")
    before, after = event.before or Decision(), event.after or Decision()
    if before.ticks != after.ticks and event.kind != "rubric":
        changed = [f"+{tick}" for tick in sorted(after.ticks - before.ticks)]
        changed += [f"−{tick}" for tick in sorted(before.ticks - after.ticks)]
        words.append(f"ticks {' '.join(changed)}")
    words += ["comment"] * (before.comment != after.comment) + ["flag"] * (before.flagged != after.flagged)
    words += ["undone since"] * event.undone + ["second mark"] * event.second
    return ", ".join(filter(None, words)) or "saved as it was"


def _score(score: float | None) -> str:
    return "no" if score is None else points(score)
