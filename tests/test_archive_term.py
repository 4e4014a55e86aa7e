"""A term that is over lies in a folder of its own: whole, readable for years, and out of the way of the next."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import fake_grading
import pytest
import small_course
import whole_gradebook
from desk_class import ADA, DeskClass
from sqlalchemy import create_engine, insert

from autograder import running
from autograder.cli import main
from autograder.commands import archive as archiving
from autograder.commands import grade
from autograder.formats import moved_files
from autograder.gradebook import desk_tables
from autograder.gradebook.database import Database
from autograder.model.errors import ConfigError

TERM = "2026-spring"
STUDENTS = ("ada", "ben", "cem")
CANVAS = "Student,ID,SIS Login ID,Section,hw4 (1)\n    Points Possible,,,,100\n" + "".join(
    f"{name.title()},{number},{name},A,\n" for number, name in enumerate(STUDENTS, start=11)
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A class of three with a roster, graded, with report and feedback."""
    course = small_course.make(tmp_path_factory.mktemp("term") / "course", libraries="[]")
    fake_grading.hand_in(course / "inbox", STUDENTS, course)
    (course / "canvas.csv").write_text(CANVAS)
    (course / "autograder" / "assignments" / "hw4").mkdir(parents=True)
    (course / "autograder" / "assignments" / "hw4" / "note.txt").write_text("hidden")
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch)
        patch.chdir(course)
        main(["grade", "inbox", "--jobs", "1", "--roster", "canvas.csv"])
        main(["feedback"])
    return course


def stand_in(patch: pytest.MonkeyPatch) -> None:
    fake_grading.use(patch.setattr)
    patch.setattr(grade, "require_layers", lambda: None)


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch) -> Path:
    stand_in(monkeypatch)
    folder = Path(shutil.copytree(graded, tmp_path / "course"))
    monkeypatch.chdir(folder)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Return the digests of all files of results in a folder; a gradebook as what it says."""
    files = [path for path in folder.rglob("*") if path.is_file() and "archive" not in path.relative_to(folder).parts]
    left_out = ("SHA256SUMS", "archive.json", "lock")
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in files
        if path.name not in left_out and not path.name.startswith("gradebook.db-")
    }


def digest(path: Path) -> str:
    if path.name == "gradebook.db":
        return repr(whole_gradebook.dump(f"sqlite:///{path}"))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def of_the_term(files: dict[str, str]) -> dict[str, str]:
    names = ("submitted", "autograded", "results", "report", "feedback", ".autograder", "gradebook.db", "hw4_feedback")
    return {name: text for name, text in files.items() if name.startswith(names)}


def archive(*options: str) -> int:
    return main(["archive", TERM, "--unfinished", *options])


def test_an_archived_term_is_whole_and_the_course_is_empty(course: Path, capsys):
    """What graded it is copied, and stays for the next term."""
    before = contents(course)
    assert archive() == 0
    term, said = course / "archive" / TERM, capsys.readouterr().out

    assert of_the_term(contents(term)) == of_the_term(before)
    assert of_the_term(contents(course)) == {}
    for name in ("source/hw4/assignment.toml", "answers/adversarial.md", "nbgrader_config.py"):
        assert (term / name).read_bytes() == (course / name).read_bytes()
    assert (term / "autograder" / "assignments" / "hw4" / "note.txt").read_text() == "hidden"
    assert "Archived hw4: 3 students." in said
    assert f"autograder report --out archive/{TERM}" in said
    manifest = json.loads((term / "archive.json").read_text())
    assert (manifest["term"], manifest["course"], manifest["assignments"]["hw4"]["students"]) == (TERM, "18739", 3)
    assert str(course) not in (term / "archive.json").read_text()


def test_the_digests_are_those_of_the_files(course: Path):
    """As `sha256sum -c` reads them."""
    archive()
    term = course / "archive" / TERM
    lines = (term / "SHA256SUMS").read_text().splitlines()

    assert len(lines) == sum(path.is_file() for path in term.rglob("*")) - 1
    for line in lines:
        stated, name = line.split("  ", 1)
        assert hashlib.sha256((term / name).read_bytes()).hexdigest() == stated


def test_every_command_works_on_an_archived_term(course: Path, capsys):
    """The same page as before, from the sources of then; and an unchanged submission is not graded again."""
    main(["report"])
    before = (course / "report" / "hw4" / "index.html").read_bytes()
    archive()
    settings = course / "source" / "hw4" / "assignment.toml"
    settings.write_text(settings.read_text().replace("A small homework", "Another homework"))
    out = f"archive/{TERM}"
    page, log = course / out / "report" / "hw4" / "index.html", course / "log"
    page.unlink()

    assert main(["report", "--out", out]) == 0
    assert page.read_bytes() == before
    assert main(["feedback", "--out", out]) == 1
    (course / "empty.csv").write_text(CANVAS)
    assert main(["export", "canvas", "--template", "empty.csv", "--partial", "--out", out]) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fake_grading.LOG, str(log))
        assert main(["grade", "inbox", "--jobs", "1", "--out", out]) == 0
    assert not log.exists()
    assert not (course / "gradebook.db").exists()


def test_the_next_term_knows_nobody_of_the_last(course: Path, capsys):
    """Neither results, nor gradebook, nor roster, nor the ids that a system's users had."""
    archive()
    shutil.rmtree(course / "inbox")
    fake_grading.hand_in(course / "inbox", ["dan"], course)
    assert main(["grade", "inbox", "--jobs", "1"]) == 0

    assert [path.stem for path in (course / "results" / "hw4").iterdir()] == ["dan"]
    assert list(whole_gradebook.dump(f"sqlite:///{course / 'gradebook.db'}")["hw4"]["submissions"]) == ["dan"]
    assert not any(name in (course / "report" / "hw4" / "index.html").read_text() for name in ("ben", "cem"))
    assert "students in the roster" not in capsys.readouterr().out
    assert main(["archive", TERM, "--unfinished"]) == 2
    assert "exists already: choose another name" in capsys.readouterr().err
    assert main(["archive", "2027-spring", "--unfinished"]) == 0
    assert sorted(path.name for path in (course / "archive").iterdir()) == [TERM, "2027-spring"]


def stopping(at: int, error: Callable[[], BaseException], before: bool) -> Callable[[Path, Path], None]:
    """Return a move that is stopped at one of the steps, before it or after it."""
    left = [at]

    def move(source: Path, target: Path) -> None:
        left[0] -= 1
        if left[0] == 0 and before:
            raise error()
        moved_files.move(source, target)
        if left[0] == 0:
            raise error()

    return move


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, 9))
def test_a_stopped_run_is_finished_by_the_next(at: int, before: bool, course: Path, capsys):
    """At each step: nothing is lost, and until it is finished every command says what to do."""
    whole = contents(course)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archiving, "move", stopping(at, KeyboardInterrupt, before))
        assert archive() == 2
    for command in (["report"], ["grade", "inbox"], ["feedback"], ["mark"]):
        assert main(command) == 2
        assert f"run `autograder archive {TERM}` again" in capsys.readouterr().err
    assert main(["archive", "another"]) == 2
    assert f"run `autograder archive {TERM}` first" in capsys.readouterr().err
    assert main(["archive", TERM]) == 0

    assert of_the_term(contents(course / "archive" / TERM)) == of_the_term(whole)
    assert of_the_term(contents(course)) == {}
    assert [path.name for path in (course / "archive").iterdir()] == [TERM]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("where", ["copy_folder", "move", "write_checksums"])
def test_a_disk_that_takes_no_more_is_one_sentence(where: str, number: int, course: Path, monkeypatch, capsys):
    """Before anything is moved nothing has changed; after that the next run goes on."""
    whole = contents(course)

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number), str(course / "file"))

    monkeypatch.setattr(archiving, where, fails)
    assert archive() == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert os.strerror(number) in said
    if where == "copy_folder":
        assert contents(course) == whole
        assert not any((course / "archive").iterdir())
    monkeypatch.undo()
    monkeypatch.chdir(course)
    assert archive() == 0
    assert of_the_term(contents(course / "archive" / TERM)) == of_the_term(whole)


def test_a_term_that_is_not_over_is_refused(course: Path, capsys):
    """It says what is open, and changes nothing."""
    before = contents(course)
    assert main(["archive", TERM]) == 2

    assert "hw4: 3 answers not marked" in capsys.readouterr().err
    assert contents(course) == before


def test_an_open_regrade_request_keeps_a_term_open(course: Path, capsys):
    """A student waits for the answer."""
    engine = create_engine(f"sqlite:///{course / 'gradebook.db'}")
    row = {
        "assignment": "hw4",
        "item": "attacks",
        "student": "ada",
        "reason": "Why?",
        "asked_at": 1.0,
        "source": "a.csv",
    }
    unset = {column.name: "" for column in desk_tables.REQUEST.c if not column.nullable and column.name != "id"}
    with engine.begin() as connection:
        desk_tables.create(connection)
        connection.execute(insert(desk_tables.REQUEST).values(**unset | row))
    engine.dispose()
    assert main(["archive", TERM]) == 2

    assert "hw4: 1 regrade request open" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/tmp/x", "-x", ".hidden", "a\nb", "ä", "x" * 65, "end.", "a b", "\ud800"]
)
def test_a_hostile_name_is_refused(name: str, course: Path):
    """Nothing is written anywhere."""
    with pytest.raises(ConfigError, match="cannot be the name of a term"):
        archiving.archive(course, name, unfinished=True)
    assert not (course / "archive").exists()


def test_a_run_at_work_is_waited_for(course: Path, capsys):
    """The lock of the folder says so."""
    with running.alone(course):
        assert archive() == 2
    assert "Another `autograder grade`" in capsys.readouterr().err


def test_somebody_who_marks_is_not_interrupted(course: Path, capsys):
    """A desk keeps the gradebook open; and an answer that is open on another machine has a lease."""
    database = Database(f"sqlite:///{course / 'gradebook.db'}")
    database.keep_log_beside()
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM student").scalar()
    assert archive() == 2
    assert "Another program has" in capsys.readouterr().err
    database.close()
    engine = create_engine(f"sqlite:///{course / 'gradebook.db'}")
    lease = {"assignment": "hw4", "item": "attacks", "student": "ada", "slot": 1, "marker": "Eva", "browser": "1"}
    with engine.begin() as connection:
        desk_tables.create(connection)
        connection.execute(insert(desk_tables.LEASE).values(**lease, until=time.time() + 60))
    engine.dispose()
    assert archive() == 2
    assert "Eva has an answer open" in capsys.readouterr().err
    assert (course / "gradebook.db").exists()


def test_what_was_saved_in_the_log_beside_the_gradebook_is_archived(course: Path):
    """A desk that was killed leaves the log; the marks in it are in the file that is moved."""
    path = course / "gradebook.db"
    desk = DeskClass(course, f"sqlite:///{path}")
    with desk.book:
        desk.save(ADA, "ada", ticks="1", done=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE grade SET manual_score = 4 WHERE manual_score IS NOT NULL")
        connection.commit()
        log = {name: Path(f"{path}{name}").read_bytes() for name in ("-wal", "-shm")}
    for name, data in log.items():
        Path(f"{path}{name}").write_bytes(data)

    assert archive() == 0
    assert [name.name for name in course.glob("gradebook.db*")] == []
    with closing(sqlite3.connect(course / "archive" / TERM / "gradebook.db")) as connection:
        assert connection.execute("SELECT manual_score FROM grade WHERE manual_score IS NOT NULL").fetchall() == [
            (4.0,)
        ]


def test_a_gradebook_elsewhere_and_a_roster_of_the_settings(course: Path, capsys):
    """Both go with the term, and its settings name them there; whoever copies the archive has them."""
    elsewhere = course.parent / "grades" / "book.db"
    elsewhere.parent.mkdir()
    (course / "gradebook.db").rename(elsewhere)
    (course / "lists").mkdir()
    (course / "canvas.csv").rename(course / "lists" / "canvas.csv")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f'c.CourseDirectory.db_url = "sqlite:///{elsewhere}"\nc.Canvas.roster = "lists/canvas.csv"\n')
    assert archive() == 0
    assert "c.Canvas.roster of nbgrader_config.py names canvas.csv" in capsys.readouterr().out
    assert not elsewhere.exists()
    assert not (course / "lists" / "canvas.csv").exists()
    moved = Path(shutil.move(course / "archive" / TERM, course.parent / "kept"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(moved)
        assert main(["report"]) == 0

    assert "Ada" in (moved / "report" / "hw4" / "index.html").read_text()
    assert list(whole_gradebook.dump(f"sqlite:///{moved / 'gradebook.db'}")["hw4"]["submissions"]) == list(STUDENTS)


def test_one_file_for_the_archive_office(course: Path):
    """With everything in it, under the name of the term."""
    assert archive("--tar") == 0
    with tarfile.open(course / "archive" / f"{TERM}.tar.gz") as tar:
        names = tar.getnames()

    assert f"{TERM}/gradebook.db" in names
    assert all(name == TERM or name.startswith(f"{TERM}/") for name in names)
    (course / "archive" / f"{TERM}.tar.gz").unlink()
    assert main(["archive", TERM]) == 2
    assert main(["archive", TERM, "--tar"]) == 0
    assert (course / "archive" / f"{TERM}.tar.gz").exists()


def test_a_link_is_not_archived(course: Path, capsys):
    """What it points to would stay where it is."""
    (course / "submitted").rename(course.parent / "disk")
    (course / "submitted").symlink_to(course.parent / "disk")
    assert archive() == 2
    assert "submitted is a link" in capsys.readouterr().err


def test_a_folder_on_another_disk_is_copied_whole_and_then_removed(tmp_path: Path, monkeypatch):
    """Stopped anywhere, the next run finishes it; something else at the target is never overwritten."""
    source, target = tmp_path / "submitted", tmp_path / "there"
    for number in range(3):
        (source / f"s{number}").mkdir(parents=True)
        (source / f"s{number}" / "file").write_text(f"text {number}")
    rename = os.rename

    def other_disk(one: Path, other: Path) -> None:
        if one == source:
            raise OSError(errno.EXDEV, "another disk")
        rename(one, other)

    monkeypatch.setattr(os, "rename", other_disk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path: (Path(path) / "s0" / "file").unlink() or 1 / 0)
        with pytest.raises(ZeroDivisionError):
            moved_files.move(source, target)
    assert len(list(source.rglob("file"))) == 2
    assert len(list(target.rglob("file"))) == 3
    moved_files.move(source, target)
    assert not source.exists()
    assert sorted(path.read_text() for path in target.rglob("file")) == ["text 0", "text 1", "text 2"]
    moved_files.move(source, target)
    for name, text in (("new", "of the next term"), ("s0/file", "text 9")):
        shutil.rmtree(source, ignore_errors=True)
        (source / name).parent.mkdir(parents=True)
        (source / name).write_text(text)
        with pytest.raises(FileExistsError):
            moved_files.move(source, target)
        assert (source / name).read_text() == text
