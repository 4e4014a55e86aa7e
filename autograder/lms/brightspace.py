"""How Brightspace (D2L) names what it downloads: `12345-67890 - Ann Doe - Mar 1, 2024 1230 PM`, folders or flat files.

The first number is the user's or the group's; a name may begin with a login. The date has the form of the course's
language: one that cannot be read still separates the name from the file.
"""

import re
from datetime import datetime

from ..handin.names import same_letters
from .canvas_names import canvas_id_of
from .entries import Entry

SYSTEM = "Brightspace"
MAX_ENTRY_CHARS = 512
_BETWEEN = " - "
_NUMBERS = re.compile(r"([0-9]{1,20})-[0-9]{1,20}")
_DATE = re.compile(r"(?=.*(?<![0-9])(?:19|20)[0-9]{2}(?![0-9]))\w[\w.,:/ -]{5,39}")
_DATE_AND_FILE = re.compile(r"(.{6,40}? [0-9:.]{3,5}(?: [AaPp][Mm])?)-(.+)", re.DOTALL)  # as older versions write it
_DATES = (  # without `:` and `.`
    "%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %b, %Y %I%M %p", "%d %B, %Y %I%M %p", "%b %d, %Y %H%M",
    "%B %d, %Y %H%M", "%d %b, %Y %H%M", "%d %B, %Y %H%M", "%d %b %Y %H%M", "%d %B %Y %H%M", "%Y-%m-%d %H%M",
    "%Y-%m-%d %I%M %p",
)  # fmt: skip
_TRIAL = "demostudent"


def entry_of(name: str) -> Entry | None:
    """Take the name of a file or folder of the download apart; None when it is not one."""
    parts = name.split(_BETWEEN) if len(name) <= MAX_ENTRY_CHARS else []
    numbers = _NUMBERS.fullmatch(parts[0]) if len(parts) > 2 else None
    if numbers is None:
        return None
    for index, part in enumerate(parts[2:], 2):
        older = _DATE_AND_FILE.fullmatch(part)
        date, *begun = older.groups() if older else (part,)
        if _DATE.fullmatch(date):
            sender, when = _BETWEEN.join(parts[1:index]).strip(), date_of(date)
            return Entry(
                entry=name, name=sender, user=f"brightspace:{numbers[1]}", late=False,
                sequence=int(when.strftime("%Y%m%d%H%M")) if when else 0,
                file=_BETWEEN.join([*begun, *parts[index + 1 :]]), system=SYSTEM, submitted_at=when,
                own_id=canvas_id_of(sender, numbers[1]), is_trial=same_letters(sender) == _TRIAL,
            )  # fmt: skip
    return None


def date_of(text: str) -> datetime | None:
    """Return the time in a name, in the zone of whoever downloaded it; None for another form of date."""
    plain = re.sub(r"[:.]", "", text).strip()
    plain = re.sub(r"(?<= )([0-9][0-9]{2}(?: [AaPp][Mm])?)$", r"0\1", plain)  # 205 AM
    for form in _DATES:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None
