"""The gradebook on a Postgres server: the same scores as in a file, whole or not at all, and never a run that hangs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fake_grading
import pytest
import small_course
import whole_gradebook
from sqlalchemy import create_engine, text

from autograder import gradebook, intake
from autograder.commands import grade
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook import scores
from autograder.gradebook.recorder import Recorder
from autograder.model.errors import ConfigError
from autograder.running import Store

STUDENTS = ("ada", "ben", "cem")


def server_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders and (folders[-1] / "pg_ctl").exists() else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own behind a socket in a folder of its own; the address without a database."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no Postgres server is installed here")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(
        prefix="autograder-postgres-", dir="/tmp"
    ) as name:  # a socket's path has 107 characters
        folder = Path(name)
        if user:
            shutil.chown(folder, user)

        def run(program: str, *words: str) -> None:
            command = [str(programs / program), "-D", str(folder / "data"), *words]
            subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300)

        run("initdb", "--username", "grader", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-l", str(folder / "log"), "-o", options, "-w", "-t", "240", "start")
        try:
            yield f"postgresql+psycopg://grader@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")


@pytest.fixture
def course(server, tmp_path, monkeypatch) -> Path:
    """A course of three whose gradebook is a new database."""
    name = f"grades_{os.urandom(4).hex()}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
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
    monkeypatch.setattr(scores, "LOCK_TIMEOUT_S", 0.2)
    engine = create_engine(db_url(course))
    with engine.connect() as other:
        other.execute(text("LOCK TABLE student IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(ConfigError, match=r"lock timeout\. 3 submissions are graded but not entered"):
            run(course)
    engine.dispose()
    assert len(Store(course, "hw4").all()) == len(STUDENTS)

    run(course)
    assert set(whole_gradebook.dump(db_url(course))["hw4"]["submissions"]) == set(STUDENTS)
