"""The late penalty: a simple policy, applied when scores leave, so that it covers marks given later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .due_dates import LONGEST_DAYS, days_after, due_date, extended_date
from .errors import ConfigError
from .late_budget import Budget
from .plain_text import counted

BY_STUDENT = ("extensions", "days_late", "free_days_of")  # each names students as the roster does
_MOST_PERCENT, _MOST_HOURS = 100, 1000


@dataclass(frozen=True)
class Lateness:
    """How late a submission is, what covers it, and the penalty."""

    days: int | None = 0  # after the due date of this student; None when it is late and the number is unknown
    points: float = 0.0  # the penalty; none for an unknown number of days
    is_open: bool = False  # there is a penalty of unknown size
    extended: int = 0  # days after everybody's due date that an extension covers
    free: int | None = 0  # of `days`, those that the budget covers; None when that is unknown
    left: int | None = None  # of the budget, afterwards; None where there is none, or that is unknown

    @property
    def is_covered(self) -> bool:
        """Whether an extension or the budget plays a part."""
        return bool(self.extended or self.left is not None or self.free != 0)

    @property
    def words(self) -> str:
        """Return it in words; empty for a submission in time without an extension that it used."""
        if self.days is None:
            return "late, number of days unknown"
        if not self.days:
            return f"in time (an extension covers {counted(self.extended, 'day')})" if self.extended else ""
        said = [f"{counted(self.days, 'day')} late"]
        if self.extended:
            said.append(f"an extension covers {counted(self.extended, 'day')} more")
        if self.free is None:
            said.append("how many of them are free is unknown, as an earlier assignment was late by unknown days")
        elif self.free:
            said.append(f"free late days cover {'all' if self.free == self.days else self.free} of them")
        if self.left is not None:
            said.append(f"{counted(self.left, 'free late day') if self.left else 'no free late days'} left")
        return "; ".join(said)


@dataclass(frozen=True)
class LatePolicy:
    """The penalty in percent of all points for each day begun, when the days start, and what covers them."""

    percent_per_day: float = 0.0
    cap_percent: float = 100.0  # the largest penalty
    grace_hours: float = 0.0
    due: datetime | None = None  # with its time zone; in words: `handin.due_line`
    extensions: Mapping[str, datetime] = field(default_factory=dict)  # due dates of students of their own
    free_days: int = 0  # the budget of late days of each student for the course
    free_days_of: Mapping[str, int] = field(default_factory=dict)  # of those who have another budget
    free_days_per_assignment: int | None = None
    days_late: Mapping[str, int] = field(default_factory=dict)  # set by a person: it counts before clock and system

    def in_utc(self, time: str) -> datetime | None:
        """Return a time in ISO 8601 as nbgrader stores it; one without a zone is in that of the deadline.

        None for no time, or where no deadline gives a zone.
        """
        found = datetime.fromisoformat(time) if time else None
        zone = found.tzinfo if found and found.tzinfo else self.due.tzinfo if self.due else None
        return found.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if found and zone else None

    @property
    def has_budgets(self) -> bool:
        """Whether anybody has free late days."""
        return bool(self.free_days or self.free_days_of)

    def budget(self, student: str) -> Budget | None:
        """Return the late days of a student, of which nothing is spent; None where there are none."""
        days = self.free_days_of.get(student, self.free_days)
        return Budget.of(days) if days else None

    def days(self, student: str, submitted_at: datetime | None, *, is_marked_late: bool) -> tuple[int | None, int]:
        """Return how many days late a submission is, and how many an extension covers.

        None is an unknown number of days. The arguments are those of `lateness`.
        """
        if student in self.days_late:
            return self.days_late[student], 0
        due = self.extensions.get(student, self.due)
        if due is not None and submitted_at is not None:
            grace = timedelta(hours=self.grace_hours)
            days = days_after(due, submitted_at, grace)
            everybodys = days_after(self.due, submitted_at, grace) if self.due else days
            return days, max(0, everybodys - days)
        return (None if is_marked_late else 0), 0

    def lateness(
        self, student: str, submitted_at: datetime | None, *, is_marked_late: bool, possible: float,
        left: Budget | None = None,
    ) -> Lateness:  # fmt: skip
        """Return how late a submission is.

        Args:
            student: Who sent it.
            submitted_at: When it was sent, in UTC without a zone as nbgrader stores it; None if unknown.
            is_marked_late: Whether the system marks it as late, which it does without a time.
            possible: All points of the homework.
            left: What earlier assignments left of the student's budget; None where there is none.
        """
        days, extended = self.days(student, submitted_at, is_marked_late=is_marked_late)
        costs = self.percent_per_day > 0
        if days is None:
            return Lateness(None, is_open=costs, free=None if left else 0)
        if left is None:
            return Lateness(days, self._penalty(days, possible), extended=extended)
        free, after = left.covers(days, self.free_days_per_assignment), left.after(days, self.free_days_per_assignment)
        if free is None:
            return Lateness(days, is_open=costs, extended=extended, free=None)
        known = after.least if after.least == after.most else None
        return Lateness(days, self._penalty(days - free, possible), extended=extended, free=free, left=known)

    def by_id(self, id_of: Callable[[str], str]) -> "LatePolicy":
        """Return the policy with the ids of students in place of what the settings call them.

        Raises:
            ConfigError: Two entries are of one student; or what `id_of` raises.
        """
        named: dict[str, Any] = {name: _by_id(name, getattr(self, name), id_of) for name in BY_STUDENT}
        return replace(self, **named)

    def _penalty(self, days: int, possible: float) -> float:
        percent = min(self.percent_per_day * days, self.cap_percent)
        return round(possible * percent / 100, 2)


def late_policy(values: Mapping[str, Any]) -> LatePolicy:
    """Return the policy of c.LatePolicy. Raises ConfigError, naming the setting that has no meaning."""
    given = dict(values)
    for name, highest in (("percent_per_day", 100), ("cap_percent", 100), ("grace_hours", _MOST_HOURS)):
        value = given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= highest:
            raise _meaningless(name, value, f"it is a number from 0 to {highest}")
    for name in ("free_days", "free_days_per_assignment"):
        if not _is_days(given.get(name, 0)):
            raise _meaningless(name, given[name], f"it is a whole number of days from 0 to {LONGEST_DAYS}")
    for name in ("days_late", "free_days_of"):
        days = given.get(name, {})
        if not isinstance(days, Mapping) or not all(isinstance(who, str) and _is_days(days[who]) for who in days):
            raise _meaningless(name, days, 'it is like {"ada": 2}, whole days by student')
    if (due := given.get("due")) is not None:
        given["due"] = _meaningful("due", due, due_date)
    given["extensions"] = _extensions(given.get("extensions", {}), given.get("due"))
    return LatePolicy(**given)


def _extensions(value: object, due: datetime | None) -> dict[str, datetime]:
    if not isinstance(value, Mapping) or not all(isinstance(who, str) for who in value):
        raise _meaningless("extensions", value, 'it is like {"ada": "2026-05-12 23:59-04:00", "ben": 2}, by student')
    return {
        who: _meaningful(f"extensions[{who!r}]", date, lambda given: extended_date(given, due))
        for who, date in value.items()
    }


def _meaningful(name: str, value: object, read: Callable[[Any], datetime]) -> datetime:
    try:
        return read(value)
    except ValueError as error:
        raise _meaningless(name, value, f"it {error}") from error


def _by_id(setting: str, values: Mapping[str, Any], id_of: Callable[[str], str]) -> dict[str, Any]:
    called: dict[str, str] = {}
    for who in values:
        if (student := id_of(who)) in called:
            raise ConfigError(
                f"nbgrader_config.py sets c.LatePolicy.{setting} twice for one student, as {called[student]!r} and as "
                f"{who!r}: remove one of them."
            )
        called[student] = who
    return {student: values[who] for student, who in called.items()}


def _is_days(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LONGEST_DAYS


def _meaningless(name: str, value: object, sentence: str) -> ConfigError:
    return ConfigError(f"nbgrader_config.py sets c.LatePolicy.{name} to {str(value)!r}: {sentence}.")
