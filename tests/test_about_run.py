"""Does a page say when its results were made, from what, and by which version?"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import fake_grading
import pytest
import small_course
from desk_class import ADA, DeskClass

from autograder import __version__
from autograder.commands import grade
from autograder.course import assignment as assignments
from autograder.gradebook.mark_times import last_marked_at
from autograder.model.result_folders import ResultFolders
from autograder.reports.about_run import AboutRun, about_run
from autograder.reports.stored_class import stored_reports
from autograder.running.run_log import RunLog

STUDENTS = ("ada", "ben", "cem")


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A class of three, graded as a whole; then one student again, from a file of her own."""
    course = small_course.make(tmp_path_factory.mktemp("graded") / "course", libraries="[]")
    fake_grading.hand_in(course / "submissions", STUDENTS, course)
    fake_grading.hand_in(course / "late", STUDENTS[:1], course)
    with pytest.MonkeyPatch.context() as patch:
        fake_grading.use(patch.setattr)
        patch.setattr(grade, "require_layers", lambda: None)
        patch.chdir(course)
        grade.grade(course, [Path("submissions")])
        grade.grade(course, [course / "late" / "ada_HW4.zip"], fresh=True)
    return course


def about(course: Path) -> AboutRun:
    assignment, folders = assignments.load(course), ResultFolders(course, "hw4")
    return about_run(stored_reports(folders), assignment, small_course.settings(assignment), folders)


def test_a_run_is_recorded_without_the_folders_of_the_machine(graded: Path):
    """What was graded, how many, by which version, with which options, when."""
    first, second = RunLog(ResultFolders(graded, "hw4").hidden).all()

    assert (first.files, first.submissions, first.version, first.options) == (("submissions",), 3, __version__, {})
    assert (second.files, second.submissions, second.options) == (("ada_HW4.zip",), 1, {"fresh": "True"})
    assert datetime.fromisoformat(first.begun).tzinfo is not None
    assert first.begun <= first.ended <= second.begun
    assert str(graded) not in RunLog(ResultFolders(graded, "hw4").hidden).path.read_text()


def test_a_page_names_the_run_over_the_class_and_what_came_after(graded: Path):
    """A regrade of one student does not hide where everybody else's work came from."""
    found = about(graded)

    assert (found.course, found.title, found.version) == ("18739", "A small homework", __version__)
    assert found.source == ("submissions", "ada_HW4.zip")
    assert found.marked_at is None
    assert "from submissions, ada_HW4.zip by autograder" in found.sentence


def test_the_time_zone_of_the_reader_changes_nothing(graded: Path, monkeypatch):
    """The same stored results give the same page everywhere."""
    before = about(graded)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert about(graded) == before
        assert about(graded).sentence == before.sentence
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe\0",
        b'{"begun": 3}\n[]\n7\n{"begun": "2026-01-01T00:00:00"}\n{"begun"',
        b'{"begun": "2026-01-01T00:00:00+00:00", "files": 7}',
        b'{"begun": "2026-01-01T00:00:00+00:00", "submissions": "many"}',
        b"[" * 100_000,
        None,
    ],
    ids=["empty", "bytes", "other things", "files", "submissions", "deep", "a folder"],
)
def test_a_damaged_record_stops_nothing(damage: bytes | None, tmp_path: Path):
    """The page says what the results say; the next run is recorded where it can be."""
    log = RunLog(tmp_path)
    if damage is None:
        log.path.mkdir()
    else:
        log.path.write_bytes(damage)

    assert log.all() == []
    with log.running([Path("a.zip")], {}) as run:
        run.submissions = 2
    assert [entry.submissions for entry in log.all()] == ([] if damage is None else [2])


def test_a_stopped_run_is_recorded_without_an_end(tmp_path: Path):
    """Half a line of a killed one hides no other."""
    log = RunLog(tmp_path)
    with pytest.raises(KeyboardInterrupt), log.running([Path("/home/ada/a.zip"), Path("..")], {"weak": True}):
        raise KeyboardInterrupt
    with log.path.open("a") as file:
        file.write('\n{"begun": "2026-0')
    with log.running([Path("b\x1b[31m.zip")], {"student": "ada", "roster": Path("/home/ada/list.csv")}):
        pass
    first, second = log.all()

    assert (first.files, first.ended) == (("a.zip", Path.cwd().parent.name), "")
    assert (second.files, second.options) == (("b.zip",), {"student": "ada", "roster": "list.csv"})


def test_to_forget_a_student_removes_the_runs_that_name_this_one(tmp_path: Path):
    """In a file's name or an option; not those that name somebody whose id holds the same letters."""
    log = RunLog(tmp_path)
    for name, student in (("Ann_HW4.zip", ""), ("joanna_HW4.zip", ""), ("class.zip", "ann"), ("class.zip", "anna")):
        with log.running([Path(name)], {"student": student}):
            pass
    log.forget("ann")

    assert [(run.files, dict(run.options)) for run in log.all()] == [
        (("joanna_HW4.zip",), {}), (("class.zip",), {"student": "anna"})
    ]  # fmt: skip


def test_results_without_a_record_say_what_they_know(graded: Path, tmp_path: Path):
    """Those of an earlier version have a time in each report, and nothing else."""
    assignment = assignments.load(graded)
    folders = ResultFolders(tmp_path, "hw4")
    report = small_course.report("ada", assignment)
    reports = [replace(report, graded_at=f"2026-05-0{day}T10:00:00Z") for day in (1, 3, 2)]
    found = about_run([report, *reports], assignment, small_course.settings(assignment), folders)

    assert found == AboutRun("18739", "A small homework", datetime(2026, 5, 3, 10, tzinfo=UTC))
    assert found.sentence == "Graded 2026-05-03 10:00 UTC."
    assert about_run([report], assignment, small_course.settings(assignment), folders).sentence == ""


def test_the_newest_mark_of_the_desk_has_a_time(tmp_path: Path):
    """A gradebook that is missing or none has no time, and no fault."""
    course = small_course.make(tmp_path / "course")
    small_course.register(course)
    db_url = f"sqlite:///{course / 'gradebook.db'}"
    assert last_marked_at(db_url, "hw4") is None
    desk = DeskClass(course, db_url)
    with desk.book:
        desk.hand_in(["ann"])
        desk.save(ADA, "ann", ticks="1", done=True)
        at = desk.state().at

    assert last_marked_at(db_url, "hw4") == at
    assert last_marked_at(db_url, "hw5") is None
    assert last_marked_at(f"sqlite:///{tmp_path / 'none.db'}", "hw4") is None
    assert last_marked_at("no address", "hw4") is None
    (tmp_path / "text.db").write_text("no database " * 100)
    assert last_marked_at(f"sqlite:///{tmp_path / 'text.db'}", "hw4") is None


def test_the_sentence_is_for_people():
    """Few files by name, times with their zone."""
    when = datetime(2026, 5, 9, 23, 59, 1, tzinfo=UTC)
    found = AboutRun("18739", "HW 4", when, when, tuple(f"{letter}.zip" for letter in "abcde"), "1.0.0")

    assert found.sentence == (
        "Graded 2026-05-09 23:59 UTC from a.zip, b.zip, c.zip and 2 more by autograder 1.0.0; "
        "last mark 2026-05-09 23:59 UTC."
    )
