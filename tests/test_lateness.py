"""Due dates, extensions and budgets of late days: how many days late somebody is, and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.handin.due_line import in_words
from autograder.lms.find_student import Students
from autograder.lms.roster import Member
from autograder.model.due_dates import days_after, due_date, extended_date
from autograder.model.errors import ConfigError
from autograder.model.late_budget import Budget
from autograder.model.lateness import Lateness, LatePolicy, late_policy
from autograder.reports.stored_lateness import by_id, strangers

NEW_YORK = ZoneInfo("America/New_York")
DUE = datetime(2026, 5, 9, 23, 59, tzinfo=NEW_YORK)
times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))
zones = st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "UTC"]).map(ZoneInfo)
graces = st.integers(0, 72).map(lambda hours: timedelta(hours=hours))
days = st.integers(0, 9)


def utc(text: str) -> datetime:
    """Return a time as the gradebook keeps it."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def late(policy: LatePolicy, when: str, student: str = "ben", left: Budget | None = None) -> Lateness:
    return policy.lateness(student, utc(when), is_marked_late=False, possible=80.0, left=left)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-05-09 23:59 America/New_York", "Saturday, May 9, 2026, 11:59 pm (America/New_York, UTC-04:00)"),
        ("2026-05-09T23:59:59-04:00", "Saturday, May 9, 2026, 11:59 pm (UTC-04:00)"),
        ("2026-05-09 23:59 UTC", "Saturday, May 9, 2026, 11:59 pm (UTC)"),
        ("2026-05-09 23:59Z", "Saturday, May 9, 2026, 11:59 pm (UTC)"),
        ("2026-05-09 23:59+05:30", "Saturday, May 9, 2026, 11:59 pm (UTC+05:30)"),
    ],
)
def test_a_due_date_is_said_with_its_time_zone(text: str, written: str):
    assert in_words(due_date(text)) == written


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("tomorrow", "is like 2026"), ("2026-05-09 23:59", "needs its time zone"),
        ("2026-05-09", "needs its time zone"),
        ("2026-05-09 23:59 Mars/Olympus", "not known, Mars/Olympus"), (20260509, "is like"), ("", "is like"),
        ("2026-05-09 23:59+02:00 Europe/Berlin", "names two time zones"), ("9999-12-31 23:59Z", "not in this century"),
        ("2026-05-09 23:59 ../../etc/passwd", "not known"),
    ],
)  # fmt: skip
def test_what_is_no_due_date_is_refused(value: object, reason: str):
    with pytest.raises(ValueError, match=reason):
        due_date(value)


@pytest.mark.parametrize(
    ("value", "own"),
    [
        (0, "2026-05-09 23:59-04:00"), (3, "2026-05-12 23:59-04:00"), ("2026-05-12", "2026-05-12 23:59-04:00"),
        ("2026-05-12 12:00", "2026-05-12 12:00-04:00"), ("2026-05-12 12:00Z", "2026-05-12 12:00+00:00"),
        ("2026-05-12 12:00 Europe/Berlin", "2026-05-12 12:00+02:00"), (datetime(2026, 5, 12), "2026-05-12 00:00-04:00"),
    ],
)  # fmt: skip
def test_an_extension_is_a_number_of_days_or_a_date(value: object, own: str):
    assert extended_date(value, DUE) == datetime.fromisoformat(own)


@pytest.mark.parametrize(
    ("value", "due", "reason"),
    [
        ("2026-05-01", DUE, r"is before the due date, Saturday, May 9, 2026, 11:59 pm \(America"),
        ("2026-05-09 23:59 Europe/Berlin", DUE, "is before the due date"),
        (3, None, r"set c\.LatePolicy\.due, too"),
        ("2026-05-12", None, "needs its time zone"),
        (-1, DUE, "from 0 to 1000"), (True, DUE, "is a number of days, or"), (2.5, DUE, "is a number of days, or"),
        ("soon", DUE, "is like"), (None, DUE, "is a number of days, or"),
    ],
)  # fmt: skip
def test_an_extension_that_is_none_is_refused(value: object, due: datetime | None, reason: str):
    with pytest.raises(ValueError, match=reason):
        extended_date(value, due)


@pytest.mark.parametrize(
    ("due", "sent", "number"),
    [
        ("2026-10-31 23:59", "2026-11-01 23:59-05:00", 1),  # 25 hours later: in the night clocks went back
        ("2026-10-31 23:59", "2026-11-02 00:00-05:00", 2),
        ("2026-03-07 23:59", "2026-03-08 23:59-04:00", 1),  # 23 hours later
        ("2026-03-07 23:59", "2026-03-09 00:00-04:00", 2),
        ("2026-03-07 02:30", "2026-03-08 03:30-04:00", 1),  # there was no 02:30 on that day
        ("2026-05-09 23:59", "2026-05-10 05:58+02:00", 0),
        ("2026-05-09 23:59", "0001-01-01 00:00+00:00", 0),
        ("2026-05-09 23:59", "9999-12-31 00:00+00:00", 2912313),
    ],
)
def test_a_day_ends_at_the_time_of_the_due_date_whatever_clocks_do(due: str, sent: str, number: int):
    assert days_after(due_date(f"{due} America/New_York"), utc(sent), timedelta()) == number


@given(times, zones, times, graces)
def test_days_are_counted_by_their_ends(wall: datetime, zone: ZoneInfo, sent: datetime, grace: timedelta):
    due = wall.replace(tzinfo=zone)
    number = days_after(due, sent, grace)

    def end(day: int) -> datetime:
        return (due + timedelta(day)).astimezone(UTC) + grace

    assert sent.replace(tzinfo=UTC) <= end(number)
    assert number == 0 or sent.replace(tzinfo=UTC) > end(number - 1)


@given(times, times, days, graces)
def test_an_extension_never_makes_anybody_later(wall: datetime, sent: datetime, more: int, grace: timedelta):
    due = wall.replace(tzinfo=NEW_YORK)
    policy = late_policy({"due": due, "extensions": {"ben": more}, "grace_hours": grace / timedelta(hours=1)})
    own, extended = policy.days("ben", sent, is_marked_late=False)
    everybodys, nothing = policy.days("ann", sent, is_marked_late=False)

    assert own is not None
    assert own + extended == everybodys
    assert nothing == 0
    assert extended <= more


@given(st.integers(0, 20), st.none() | st.integers(0, 5), st.lists(st.none() | days, max_size=8))
def test_a_budget_is_never_overdrawn_and_spent_in_order(most: int, at_most: int | None, spent: list[int | None]):
    """With unknown numbers it is known to lie between two; each number that they may stand for leaves one of these."""
    budget, least, best = Budget.of(most), most, most
    for number in spent:
        limit = most if at_most is None else at_most
        free = budget.covers(number, at_most) if number is not None else None
        if number is not None and least == best:
            assert free == min(number, limit, least)
        least = max(0, least - (limit if number is None else min(number, limit)))
        best = best if number is None else max(0, best - min(number, limit))
        budget = budget.after(number, at_most)

        assert (budget.least, budget.most) == (least, best)
        assert 0 <= budget.least <= budget.most <= most


@given(days, days, st.none() | days, st.floats(0, 100))
def test_free_days_cost_nothing_and_others_do(number: int, budget: int, at_most: int | None, percent: float):
    policy = LatePolicy(percent, days_late={"ben": number}, free_days=budget, free_days_per_assignment=at_most)
    found = late(policy, "2026-05-01 12:00Z", left=policy.budget("ben"))
    paid = LatePolicy(percent, days_late={"ben": number - (found.free or 0)})

    assert found.points == late(paid, "2026-05-01 12:00Z").points
    assert found.days == number
    assert (found.free or 0) <= min(number, budget, number if at_most is None else at_most)


WORDS = [
    (Lateness(), ""),
    (Lateness(1), "1 day late"),
    (Lateness(None), "late, number of days unknown"),
    (Lateness(0, extended=2), "in time (an extension covers 2 days)"),
    (Lateness(3, extended=1), "3 days late; an extension covers 1 day more"),
    (Lateness(2, free=2, left=3), "2 days late; free late days cover all of them; 3 free late days left"),
    (Lateness(3, free=1, left=0), "3 days late; free late days cover 1 of them; no free late days left"),
    (Lateness(2, left=0), "2 days late; no free late days left"),
]


@pytest.mark.parametrize(("lateness", "words"), WORDS, ids=lambda value: str(value)[:30])
def test_lateness_is_said_in_words(lateness: Lateness, words: str):
    assert lateness.words == words


def test_an_unknown_number_of_days_stays_open_with_a_budget():
    """What a later assignment costs is open only if what is left may not be enough."""
    policy = LatePolicy(10, free_days=5, free_days_per_assignment=2, due=DUE)
    unknown = policy.lateness("ben", None, is_marked_late=True, possible=80.0, left=policy.budget("ben"))
    assert (unknown.days, unknown.points, unknown.is_open) == (None, 0.0, True)

    after = Budget.of(5).after(None, 2)
    assert late(policy, "2026-05-11 12:00-04:00", left=after) == Lateness(2, free=2)
    assert late(policy, "2026-05-11 12:00-04:00", left=after.after(2, 2)).is_open
    assert "unknown" in late(policy, "2026-05-11 12:00-04:00", left=after.after(2, 2)).words


def test_what_a_person_says_replaces_clock_and_extension_and_the_budget_covers_it():
    """So a course whose system gives no times, as Canvas, can have free days."""
    policy = late_policy(
        {"percent_per_day": 10, "due": DUE, "extensions": {"ben": 3}, "days_late": {"ben": 4}, "free_days": 1}
    )
    found = late(policy, "2026-05-09 12:00-04:00", left=policy.budget("ben"))

    assert found == Lateness(4, 24.0, free=1, left=0)


CLASS = Students(
    [
        Member("jmueller", "Müller, Jörg", "12", email="joerg.m@uni.edu", other_ids=("4711",)),
        Member("ann", "Doe, Ann"), Member("ann2", "Ann Doe"), Member("ben", "Roe, Ben"), Member("bea", "Poe, Bea"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    "who", ["jmueller", "JMueller", " jmueller ", "4711", "12", "joerg.m@uni.edu", "Müller, Jörg", "Joerg Mueller"]
)
def test_students_are_named_as_the_roster_names_them(who: str):
    policy = by_id(late_policy({"due": DUE, "extensions": {who: 2}, "days_late": {who: 1}}), CLASS)

    assert list(policy.extensions) == list(policy.days_late) == ["jmueller"]


def test_a_name_of_two_or_of_nobody_is_one_sentence():
    with pytest.raises(ConfigError, match=r"'Ann Doe' may be Doe, Ann \(ann\), Ann Doe \(ann2\): write the id"):
        by_id(late_policy({"due": DUE, "extensions": {"Ann Doe": 2}}), CLASS)
    with pytest.raises(ConfigError, match="extensions twice for one student, as 'ben' and as 'Ben Roe': remove"):
        by_id(late_policy({"due": DUE, "extensions": {"ben": 2, "Ben Roe": 1}}), CLASS)

    said = strangers(late_policy({"days_late": {"muller": 1, "bne": 2, "zzz": 3, "ben": 1}}), CLASS)
    assert [sentence.partition("There is ")[2] for sentence in said] == [
        "no student 'muller' here: did you mean Müller, Jörg (jmueller)?",
        "no student 'bne' here: did you mean Roe, Ben (ben), Poe, Bea (bea)?",
        "no student 'zzz' here: write an id, an address or a name.",
    ]
