"""The roster and the late policy: plain settings, each with one sentence for what has no meaning."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import small_course
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import course_settings
from autograder.course.marking_settings import MarkingSettings
from autograder.intake import arrivals
from autograder.lms import roster
from autograder.model.errors import ConfigError
from autograder.model.lateness import Lateness, LatePolicy, late_policy
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import DownloadEntry

DUE = datetime(2026, 5, 9, 23, 59, tzinfo=UTC)
POLICY = LatePolicy(percent_per_day=10, cap_percent=35, grace_hours=1, due=DUE, days_late={"ada": 0, "ben": 5})
HEADER = "Student,ID,SIS Login ID,Section,hw4 (7)\n    Points Possible,,,,100.00\n"


def late(policy: LatePolicy, student: str = "x", when: datetime | None = None, marked: bool = False) -> Lateness:
    return policy.lateness(student, when, is_marked_late=marked, possible=80.0)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "days"),
    [(23, 58, 9, 0), (23, 59, 9, 0), (0, 59, 10, 0), (1, 0, 10, 1), (0, 59, 11, 1), (1, 0, 11, 2), (12, 0, 30, 21)],
)
def test_days_begin_after_the_grace(hour: int, minute: int, day: int, days: int):
    """The gradebook keeps times in UTC without a zone."""
    assert late(POLICY, when=datetime(2026, 5, day, hour, minute)).days == days


@pytest.mark.parametrize(("days", "points"), [(0, 0), (1, 8), (3, 24), (4, 28), (300, 28)])
def test_each_day_takes_off_a_share_of_all_points_up_to_the_cap(days: int, points: float):
    assert late(LatePolicy(10, 35, days_late={"x": days})) == Lateness(days, points)


def test_the_word_of_a_person_beats_clock_and_mark():
    assert late(POLICY, "ada", datetime(2026, 6, 1), marked=True) == Lateness(0, 0)
    assert late(POLICY, "ben", datetime(2026, 5, 1)).points == 28


def test_a_mark_without_a_time_costs_nothing_yet_and_is_open():
    """Canvas says that a file is late, not by how much; a guess would be somebody's points."""
    assert late(POLICY, marked=True) == Lateness(None, 0, is_open=True)
    assert late(LatePolicy(), marked=True) == Lateness(None, 0, is_open=False)
    assert late(POLICY) == Lateness()


@given(st.floats(0, 100), st.floats(0, 100), st.integers(0, 1000))
def test_never_more_than_everything_is_taken_off(percent: float, cap: float, days: int):
    assert 0 <= late(LatePolicy(percent, cap, days_late={"x": days})).points <= 80


def test_by_default_being_late_costs_nothing():
    assert late_policy({}) == LatePolicy()
    assert late(LatePolicy(), when=datetime(2030, 1, 1)) == Lateness()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("percent_per_day", -1), ("percent_per_day", "10%"), ("percent_per_day", True), ("cap_percent", 101),
        ("grace_hours", None), ("due", "tomorrow"), ("due", "2026-05-09 23:59"), ("due", 20260509),
        ("free_days", -1), ("free_days", 1.5), ("free_days", True), ("free_days_per_assignment", "2"),
        ("free_days_of", {"ada": None}), ("extensions", ["ada"]), ("extensions", {7: 2}),
        ("days_late", ["ada"]), ("days_late", {"ada": -1}), ("days_late", {"ada": "two"}),
    ],
)  # fmt: skip
def test_a_setting_without_a_meaning_is_named(name: str, value: object):
    with pytest.raises(ConfigError, match=rf"sets c.LatePolicy.{name} to .*: it .*\.$"):
        late_policy({name: value})


def test_settings_stand_in_the_config_of_nbgrader(tmp_path: Path):
    """With paths below the course folder; a misspelt one is refused."""
    course = small_course.make(tmp_path)
    assert course_settings.load(course) == course_settings.CourseSettings()
    config = course / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(
        text + 'c.Canvas.roster = "gradebook.csv"\nc.Canvas.column = "GANs (7)"\nc.LatePolicy.percent_per_day = 10\n'
        'c.LatePolicy.due = "2026-05-09 23:59:00-04:00"\nc.LatePolicy.days_late = {"ada": 2}\n'
    )
    settings = course_settings.load(course)
    assert (settings.roster, settings.column) == (course / "gradebook.csv", "GANs (7)")
    assert settings.late_policy.days_late == {"ada": 2}
    assert settings.late_policy.due is not None
    assert settings.late_policy.due.astimezone(UTC).hour == 3

    config.write_text(f"{text}c.LatePolicy.percent = 10\n")
    with pytest.raises(ConfigError, match=r"c\.LatePolicy\.percent, which is not one of percent_per_day"):
        course_settings.load(course)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('instructors = "eva"', r"instructors to 'eva': write a list of names"),
        ("instructors = 3", "write a list of names"),
        ('instructors = ["eva", ""]', "write a list of names"),
        ("second_share = 10", "second_share to 10: it is a number from 0 to 1"),
        ("second_share = True", "it is a number from 0 to 1"),
        ('markers_may_change_rubric = "yes"', "it is True or False"),
        ("show_rubrics = True", "show_rubrics, which is not one of instructors"),
    ],
)
def test_a_setting_of_the_marking_desk_without_a_meaning_is_named(tmp_path: Path, line: str, reason: str):
    course = small_course.make(tmp_path)
    config = course / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(f'{text}c.MarkingDesk.instructors = [" eva "]\nc.MarkingDesk.second_share = 0.1\n')
    assert course_settings.load(course).marking == MarkingSettings(("eva",), second_share=0.1)

    config.write_text(f"{text}c.MarkingDesk.{line}\n")
    with pytest.raises(ConfigError, match=rf"nbgrader_config.py sets c.MarkingDesk.*{reason}"):
        course_settings.load(course)


@pytest.mark.parametrize("date", ["soon", "2026-05-01", -1, 2.5, None, [1]])
def test_an_extension_without_a_meaning_is_named_with_its_student(date: object):
    with pytest.raises(ConfigError, match=r"sets c\.LatePolicy\.extensions\['ada'\] to .*: it is .*\.$"):
        late_policy({"due": DUE, "extensions": {"ada": date}})


BY_NAME = """
c.Canvas.column = {"hw4": "GANs (7)"}
c.LatePolicy.due = {"hw4": "2026-05-09 23:59:00-04:00"}
c.LatePolicy.days_late = {"hw4": {"ada": 2}, "hw5": {"ada": 3}}
c.LatePolicy.extensions = {"hw4": {"ada": 2}}
c.LatePolicy.free_days = 5
"""


def test_what_differs_between_assignments_is_set_by_name(tmp_path: Path):
    """Whatever a course says of one assignment is nothing to another; nobody's days late count twice."""
    course = small_course.make(tmp_path)
    config = course / "nbgrader_config.py"
    text = config.read_text()
    shutil.copytree(course / "source" / "hw4", course / "source" / "hw5")
    config.write_text(text + BY_NAME)
    first, second = (course_settings.load(course, name) for name in ("hw4", "hw5"))

    assert (first.column, first.late_policy.days_late) == ("GANs (7)", {"ada": 2})
    assert (second.column, second.late_policy.days_late) == ("", {"ada": 3})
    assert (first.late_policy.due is None, second.late_policy.due is None) == (False, True)
    assert (len(first.late_policy.extensions), len(second.late_policy.extensions)) == (1, 0)
    assert first.late_policies == second.late_policies == {"hw4": first.late_policy, "hw5": second.late_policy}
    for setting in ('Canvas.column = "GANs (7)"', 'LatePolicy.days_late = {"ada": 2}'):
        config.write_text(f"{text}c.{setting}\n")
        with pytest.raises(ConfigError, match=r'for all assignments at once: .* like \{"hw4": '):
            course_settings.load(course, "hw4")
    shutil.rmtree(course / "source" / "hw5")
    assert course_settings.load(course).late_policy.days_late == {"ada": 2}


def test_a_roster_is_read_from_an_export(tmp_path: Path):
    """Logins become ids; a domain is dropped unless it tells two apart; the test student is nobody."""
    path = tmp_path / "gradebook.csv"
    path.write_text(
        f'{HEADER}"Lovelace, Ada",1,Ada@andrew.cmu.edu,A,\n"Roe, Ann",2,ann@a.edu,A,\n"Poe, Ann",3,ann@b.edu,A,\n'
        '"Student, Test",9,5f4dcc3b,A,\n"Doe, Jo",5,,A,\n"Moe, Jo",6,,A,\n'
    )
    course = roster.read(path)

    assert course.by_user["1"] == "ada"
    assert len({course.by_user["2"], course.by_user["3"], "ann"}) == 3
    assert "9" not in course.by_user
    assert len(course.students) == 5
    assert course.by_user["6"] == "moejo_6"  # as a submission goes by without a roster
    absent = roster.missing(course, ["ADA", course.by_user["2"]])
    assert [member.name for member in absent] == ["Doe, Jo", "Moe, Jo", "Poe, Ann"]
    assert roster.missing(course, ["ada", "anon_aB3x9"]) == []


def test_a_roster_is_remembered_for_the_next_run(tmp_path: Path):
    path = tmp_path / "gradebook.csv"
    path.write_text(f'{HEADER}"Lovelace, Ada",1,ada,A,\n')
    assert roster.find(None, tmp_path, arrivals.known_users(ResultFolders(tmp_path, "hw4"))) is None
    course = roster.find(path, tmp_path, arrivals.known_users(ResultFolders(tmp_path, "hw4")))
    assert course is not None
    roster.remember(course, tmp_path)

    assert roster.find(None, tmp_path, arrivals.known_users(ResultFolders(tmp_path, "hw4"))) == course
    (tmp_path / roster.REMEMBERED).write_text("[{}]")
    assert roster.find(None, tmp_path, arrivals.known_users(ResultFolders(tmp_path, "hw4"))) is None


def test_a_roster_that_comes_later_changes_no_id_but_a_stolen_one(tmp_path: Path):
    """Marks lie under the id; whoever had taken another's has to give it back."""
    path = tmp_path / "gradebook.csv"
    path.write_text(f"{HEADER}Ann,1,ann,A,\nBob,2,bob,A,\nCy,3,cy,A,\n")
    for student, number in (("doeann_1", "1"), ("cy", "2")):
        entry = DownloadEntry(number, False, (f"x_{number}_9_HW4.zip",))
        arrivals.note(tmp_path / "submitted" / student / "hw4", entry, ())
    course = roster.find(path, tmp_path, arrivals.known_users(ResultFolders(tmp_path, "hw4")))

    assert course is not None
    assert course.by_user == {"1": "doeann_1", "2": "bob", "3": "cy"}
    assert [member.name for member in roster.missing(course, ["doeann_1", "bob"])] == ["Cy"]
