"""The line of a released README or notebook that says when the homework is due.

It comes from the settings of the course, not from the homework: a copy that states an old date is no changed copy. So
who reads a submitted notebook reads it without this line.
"""

import re
from datetime import datetime

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MARK = "**Due:**"
_TITLE = re.compile(r"\A# [^\n]*(?:\n+|\Z)")
_LINE = re.compile(
    rf"\A(?P<before>(?:# [^\n]*\n+)?){re.escape(MARK)} (?P<due>(?:{'|'.join(DAYS)}), (?:{'|'.join(MONTHS)})"
    r" \d{1,2}, \d{4}, \d{1,2}:\d\d [ap]m \((?:[\w+-]+(?:/[\w+-]+)*, )?UTC(?:[+-]\d\d:\d\d)?\))(?:\n\n|\n?\Z)"
)


def in_words(due: datetime) -> str:
    """Return a date as students read it, such as "Saturday, May 9, 2026, 11:59 pm (UTC-04:00)".

    Args:
        due: With its time zone; the name of a `ZoneInfo` is said, too.
    """
    offset = due.strftime("%z")
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset[:5].strip("+-0") else "UTC"
    name = getattr(due.tzinfo, "key", "")
    said = f"{name}, {zone}" if name not in ("", "UTC") else zone
    day = f"{DAYS[due.weekday()]}, {MONTHS[due.month - 1]} {due.day}, {due.year}"
    return f"{day}, {due.hour % 12 or 12}:{due.minute:02d} {'am' if due.hour < 12 else 'pm'} ({said})"


def with_line(text: str, due: str) -> str:
    """Return a text with the line below its title, or as its first line where it has none."""
    title = _TITLE.match(text)
    end = title.end() if title else 0
    gap = "" if text[:end].endswith("\n") or not title else "\n\n"
    return f"{text[:end]}{gap}{MARK} {due}\n\n{text[end:]}"


def without_line(text: str) -> str:
    """Return a text without the line; a line in which a student wrote something stays."""
    return _LINE.sub(r"\g<before>", text, count=1) if MARK in text[:1000] else text


def stated_in(text: str) -> str:
    """Return the date that a text states, "" if none."""
    found = _LINE.match(text)
    return found["due"] if found else ""
