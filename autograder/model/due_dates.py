"""Due dates as an instructor writes them, and the days after one: by the clock on the wall of its time zone."""

import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..handin.due_line import in_words

EXAMPLE = "2026-05-09 23:59 America/New_York, or 2026-05-09 23:59:59-04:00"
LONGEST_DAYS = 10_000  # nothing lives longer than a course
_DAY = timedelta(days=1)
_YEARS = range(1970, 2200)  # beyond them a calendar ends somewhere


def due_date(value: object) -> datetime:
    """Return a time with its zone: a datetime that has one, or a text in ISO 8601 with an offset or a zone's name.

    Raises:
        ValueError: The message continues "it ...".
    """
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, datetime):
        raise ValueError(f"is like {EXAMPLE}")
    if value.tzinfo is None:
        raise ValueError(f"needs its time zone, like {EXAMPLE}")
    if value.year not in _YEARS:
        raise ValueError(f"is not in this century: it is like {EXAMPLE}")
    return value


def extended_date(value: object, due: datetime | None) -> datetime:
    """Return a due date of one student's own.

    Args:
        value: A number of days after `due`, or a time as above. A time without a zone is in that of `due`; a date
            alone is that day at the time of `due`.
        due: When it is due for everybody; None if nothing says it.

    Raises:
        ValueError: It has no meaning, or is earlier than `due`; the message continues "it ...".
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, date)):
        raise ValueError(f"is a number of days, or a time like {EXAMPLE}")
    if isinstance(value, int):
        if due is None:
            raise ValueError("is a number of days after a due date, so set c.LatePolicy.due, too")
        if not 0 <= value <= 1000:
            raise ValueError("is a number of days from 0 to 1000")
        return due + value * _DAY
    found = _own_date(value, due)
    if due is not None and found.astimezone(UTC) < due.astimezone(UTC):
        raise ValueError(f"is before the due date, {in_words(due)}: an extension is later")
    return found


def days_after(due: datetime, sent: datetime, grace: timedelta) -> int:
    """Return how many days after a due date something was sent: 0 in time, 1 in the first 24 hours after it.

    A day ends at the time of day of the due date, also when clocks were changed in between.

    Args:
        due: With its time zone.
        sent: In UTC, without a zone.
        grace: What is added to each end of a day.
    """
    moment = sent.replace(tzinfo=UTC)
    guess = math.ceil((moment - due.astimezone(UTC) - grace) / _DAY)
    if not 0 <= guess < LONGEST_DAYS:
        return max(0, guess)
    # Clocks change by an hour or so: the number by the wall is the one of elapsed time, or one beside it.
    return max(0, next(days for days in (guess - 1, guess, guess + 1) if moment <= _end(due, days, grace)))


def _end(due: datetime, days: int, grace: timedelta) -> datetime:
    return (due + days * _DAY).astimezone(UTC) + grace


def _own_date(value: str | date, due: datetime | None) -> datetime:
    text = value if isinstance(value, str) else value.isoformat()
    if due is not None and _is_date(text):
        return datetime.combine(date.fromisoformat(text.strip()), due.timetz()).replace(tzinfo=due.tzinfo)
    found = value if isinstance(value, datetime) else _parsed(text)
    if found.tzinfo is None and due is not None:
        found = found.replace(tzinfo=due.tzinfo)
    return due_date(found)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text.strip()))
    except ValueError:
        return False


def _parsed(text: str) -> datetime:
    time, _, zone = text.strip().rpartition(" ")
    has_zone = "/" in zone or zone.isalpha()  # Europe/Berlin, UTC
    try:
        found = datetime.fromisoformat(time if has_zone else text.strip())
    except ValueError:
        raise ValueError(f"is like {EXAMPLE}") from None
    if not has_zone:
        return found
    if found.tzinfo is not None:
        raise ValueError(f"names two time zones: write one, like {EXAMPLE}")
    try:
        return found.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"names a time zone that is not known, {zone}: write one like Europe/Berlin") from None
