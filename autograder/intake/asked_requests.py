"""A regrade request as it was read: who asks, about which item, and why."""

from dataclasses import dataclass, field
from datetime import datetime

from ..model.plain_text import one_line, paragraph

MOST_CHARS, MOST_LINES = 4000, 100  # of a reason
MOST_SHOWN = 60  # characters of a name or a word that a sentence quotes


@dataclass(frozen=True)
class Asked:
    """One request; the reason is the student's own text, made short, but not safe to show as HTML."""

    student: str
    item: str
    reason: str
    source: str = ""  # the file that it came in, and the line
    sent_at: float | None = None  # seconds since 1970; None where nothing tells


@dataclass
class Reading:
    """What was read: requests in the order of the files, and a sentence for each that cannot be taken."""

    asked: list[Asked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(
        self, student: str, items: tuple[str, ...], reason: str, source: str, sent_at: datetime | None = None
    ) -> None:
        """Take a request, or one for each of several items."""
        words = paragraph(reason, MOST_CHARS, MOST_LINES)
        if not words:
            self.problems.append(f"{source} gives no reason: ask {student} for one.")
            return
        when = None if sent_at is None else sent_at.timestamp()
        self.asked += [Asked(student, item, words, source, when) for item in items]


def quoted(text: str) -> str:
    """Return a text of a stranger's as a sentence quotes it."""
    return repr(one_line(text, MOST_SHOWN))
