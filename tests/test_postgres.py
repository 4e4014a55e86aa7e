"""The gradebook on a Postgres server: the same scores as in a file, whole or not at all, and never a run that hangs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fake_grading
import postgres_server
import pytest
import small_course
import whole_gradebook
from sqlalchemy import create_engine, insert, select, text

from autograder import gradebook, intake
from autograder.commands import grade
from autograder.commands.archive import archive
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook import database, desk_tables, scores
from autograder.gradebook.recorder import Recorder
from autograder.model.errors import ConfigError
from autograder.running import Store

STUDENTS = ("ada", "ben", "cem")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture
def course(server, tmp_path, monkeypatch) -> Path:
    """A course of three whose gradebook is a new database."""
    name = postgres_server.new_database(server)
    course = small_course.make(tmp_path / "course")
    fake_grading.hand_in(course / "inbox", STUDENTS, course)
    fake_grading.use(monkeypatch.setattr)
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nc.CourseDirectory.db_url = "{server.format(name=name)}"\n')
    return course


def db_url(course: Path) -> str:
    return small_course.db_url(course, course)


def run(course: Path) -> None:
    grade.grade(course, [course / "inbox"])


def test_a_class_has_the_gradebook_of_a_file(course, tmp_path):
    """The first run creates the tables, with the version that nbgrader's upgrades look for; the second adds nothing."""
    run(course)
    first = whole_gradebook.dump(db_url(course))
    run(course)
    in_a_file = f"sqlite:///{tmp_path / 'gradebook.db'}"
    assignment = assignments.load(course)
    with Recorder(assignment, course_settings.load(course), in_a_file, course) as recorder:
        for report in Store(course, "hw4").all():
            folder = course / "submitted" / report.student / "hw4"
            recorder.record(report, intake.read_folder(folder, report.student, assignment))
    engine = create_engine(db_url(course))
    with engine.connect() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    engine.dispose()

    assert set(first["hw4"]["submissions"]) == set(STUDENTS)
    assert whole_gradebook.dump(db_url(course)) == first == whole_gradebook.dump(in_a_file)
    assert len(versions) == 1
    assert not (course / "gradebook.db").exists()


def test_a_submission_is_entered_whole_or_not_at_all(course, monkeypatch):
    """One transaction a student: a run that breaks in the middle leaves no half of anybody."""
    real = scores.ScoreWriter._record_comments

    def breaks_for_ben(recorder, connection, *others):
        if connection.execute(text("SELECT count(*) FROM submitted_assignment")).scalar() == 2:
            raise OSError("in the middle")
        real(recorder, connection, *others)

    monkeypatch.setattr(scores.ScoreWriter, "_record_comments", breaks_for_ben)
    with pytest.raises(ConfigError, match="2 submissions are graded but not entered"):
        run(course)
    entered = whole_gradebook.dump(db_url(course))["hw4"]["submissions"]

    assert set(entered) == {"ada"}


def test_a_locked_table_stops_no_grading(course, monkeypatch):
    """After a while the run goes on without the gradebook and says so; the same command enters what is missing."""
    gradebook.register(assignments.load(course), course_settings.load(course), db_url(course))
    monkeypatch.setattr(database, "LOCK_TIMEOUT_S", 0.2)
    engine = create_engine(db_url(course))
    with engine.connect() as other:
        other.execute(text("LOCK TABLE student IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(ConfigError, match=r"lock timeout\. 3 submissions are graded but not entered"):
            run(course)
    engine.dispose()
    assert len(Store(course, "hw4").all()) == len(STUDENTS)

    run(course)
    assert set(whole_gradebook.dump(db_url(course))["hw4"]["submissions"]) == set(STUDENTS)


def test_an_archived_term_has_its_gradebook_as_a_file(course, capsys):
    """Every row, desk tables included; the server keeps its own, and the command says what to do about it."""
    run(course)
    engine = create_engine(db_url(course))
    row = dict.fromkeys(("assignment", "item", "student", "digest", "team"), "x")
    with engine.begin() as connection:
        desk_tables.create(connection)
        connection.execute(insert(desk_tables.ANSWER).values(**row))
    engine.dispose()
    assert archive(course, "2026-spring", unfinished=True) == 1
    assert "Set c.CourseDirectory.db_url" in capsys.readouterr().out
    term = course / "archive" / "2026-spring"
    copy = f"sqlite:///{term / 'gradebook.db'}"

    assert whole_gradebook.dump(copy) == whole_gradebook.dump(db_url(course))
    assert course_settings.load(term).db_url == copy
    engine = create_engine(copy)
    with engine.connect() as connection:
        answers = connection.execute(select(desk_tables.ANSWER.c.student).where(desk_tables.ANSWER.c.item == "x"))
        assert answers.scalars().all() == ["x"]
    engine.dispose()
