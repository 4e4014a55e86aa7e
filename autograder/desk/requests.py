"""What the script of the answer page sends, read strictly: whatever is not understood is refused in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tornado import web

from ..gradebook.desk_book import Decision
from ..model.plain_text import one_line, paragraph, points
from .answer_view import LONGEST_COMMENT, LONGEST_REASON

MOST_TICKS = 100
MOST_LINES = 200  # of a comment
MOST_MEMBERS = 20_000


@dataclass(frozen=True)
class Save:
    """A decision as it was sent, and what the marker saw before it: the revision of each member's mark, by key."""

    decision: Decision
    seen: Mapping[str, str]
    version: int


def save_of(body: Mapping[str, Any], most: float) -> Save:
    """Return what was sent for an item of `most` points. Raises HTTPError."""
    adjustment, ticks = body.get("adjustment", 0), body.get("ticks", [])
    seen, version = body.get("seen", {}), body.get("version", 0)
    is_number = isinstance(adjustment, (int, float)) and not isinstance(adjustment, bool)
    texts = isinstance(ticks, list) and len(ticks) <= MOST_TICKS and all(isinstance(tick, str) for tick in ticks)
    pairs = isinstance(seen, dict) and len(seen) <= MOST_MEMBERS and all(isinstance(v, str) for v in seen.values())
    if not (is_number and texts and pairs and isinstance(version, int)):
        raise web.HTTPError(400, "The decision cannot be read: load the page again.")
    if not abs(adjustment) <= most:  # so that NaN is refused, and an integer of any length before it is made a float
        raise web.HTTPError(400, f"An adjustment adds or takes off {points(most)} at most, as the item has no more.")
    decision = Decision(
        ticks=frozenset(ticks),
        adjustment=round(float(adjustment), 2),
        reason=one_line(body.get("reason"), LONGEST_REASON),
        comment=text_of(body, "comment"),
        flagged=body.get("flagged") is True,
        done=body.get("done") is True,
    )
    if decision.done and decision.adjustment and not decision.reason:
        raise web.HTTPError(400, "An adjustment needs a reason, which the student reads.")
    return Save(decision, seen, version)


def text_of(body: Mapping[str, Any], name: str, limit: int = LONGEST_COMMENT) -> str:
    """Return a text of several lines. Raises HTTPError for what is none."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise web.HTTPError(400, "A text was expected: load the page again.")
    return paragraph(value, limit, MOST_LINES)


def word_of(body: Mapping[str, Any], name: str) -> str:
    """Return a short word such as a key, "" where there is none."""
    value = body.get(name, "")
    return value if isinstance(value, str) and len(value) <= 40 else ""
