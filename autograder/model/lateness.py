"""The late penalty: a simple policy, applied when scores leave, so that it covers marks given later."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import ConfigError

_DAY = timedelta(days=1)
LONGEST_DAYS = 10_000  # nothing lives longer than a course; a number of 400 digits is no float


@dataclass(frozen=True)
class Lateness:
    """How late a submission is, and the penalty."""

    days: int | None = 0  # None when it is marked late and the number of days is unknown
    points: float = 0.0  # the penalty; none for an unknown number of days
    is_open: bool = False  # there is a penalty of unknown size

    @property
    def words(self) -> str:
        """Return it in words; empty for a submission in time."""
        if self.days is None:
            return "late, number of days unknown"
        return f"{self.days} day{'s' * (self.days != 1)} late" if self.days else ""


@dataclass(frozen=True)
class LatePolicy:
    """The penalty in percent of all points for each day begun, and when the days start. None by default."""

    percent_per_day: float = 0.0
    cap_percent: float = 100.0  # the largest penalty
    grace_hours: float = 0.0
    due: datetime | None = None  # with its time zone
    days_late: Mapping[str, int] = field(
        default_factory=dict
    )  # by student, set by a person: it counts before everything else

    def in_utc(self, time: str) -> datetime | None:
        """Return a time in ISO 8601 as nbgrader stores it; one without a zone is in that of the deadline.

        None for no time, or where no deadline gives a zone.
        """
        found = datetime.fromisoformat(time) if time else None
        zone = found.tzinfo if found and found.tzinfo else self.due.tzinfo if self.due else None
        return found.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if found and zone else None

    def lateness(
        self, student: str, submitted_at: datetime | None, *, is_marked_late: bool, possible: float
    ) -> Lateness:  # fmt: skip
        """Return how late a submission is.

        Args:
            student: Who sent it.
            submitted_at: When it was sent, in UTC without a zone as nbgrader stores it; None if unknown.
            is_marked_late: Whether the system marks it as late, which it does without a time.
            possible: All points of the homework.
        """
        if student in self.days_late:
            days = self.days_late[student]
        elif self.due is not None and submitted_at is not None:
            overdue = submitted_at.replace(tzinfo=UTC) - self.due - timedelta(hours=self.grace_hours)
            days = max(0, math.ceil(overdue / _DAY))
        elif is_marked_late:
            return Lateness(None, is_open=self.percent_per_day > 0)
        else:
            return Lateness()
        percent = min(self.percent_per_day * days, self.cap_percent)
        return Lateness(days, round(possible * percent / 100, 2))


def late_policy(values: Mapping[str, Any]) -> LatePolicy:
    """Return the policy of c.LatePolicy. Raises ConfigError, naming the setting that has no meaning."""
    given = dict(values)
    for name, highest in (("percent_per_day", 100), ("cap_percent", 100), ("grace_hours", 1000)):
        value = given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= highest:
            raise _meaningless(
                name, value, f"it is a number from 0 to {highest}" if highest == 100 else "it is a number"
            )
    days = given.get("days_late", {})
    if not isinstance(days, Mapping) or not all(_is_days(student, number) for student, number in days.items()):
        raise _meaningless("days_late", days, 'it is like {"ada": 2}, whole days by student')
    if isinstance(due := given.get("due"), str):
        try:
            given["due"] = due = datetime.fromisoformat(due)
        except ValueError:
            raise _meaningless("due", due, "it is like 2026-05-09 23:59:59-04:00") from None
    if due is not None and (not isinstance(due, datetime) or due.tzinfo is None):
        raise _meaningless("due", due, "it needs its time zone, like 2026-05-09 23:59:59-04:00")
    return LatePolicy(**given)


def _is_days(student: object, number: object) -> bool:
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return isinstance(student, str) and is_number and 0 <= number <= LONGEST_DAYS  # type: ignore[operator]


def _meaningless(name: str, value: object, sentence: str) -> ConfigError:
    return ConfigError(f"nbgrader_config.py sets c.LatePolicy.{name} to {str(value)!r}: {sentence}.")
