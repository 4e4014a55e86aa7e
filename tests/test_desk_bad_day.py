"""A bad day of the marking desk: its gradebook is moved, replaced, full or locked, or the clock is set back."""

from __future__ import annotations

import contextlib
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from desk_class import ADA, BEN, ITEM, DeskClass

from autograder.gradebook import database
from autograder.gradebook.desk_book import Decision
from autograder.model.errors import ConfigError


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A class of three, of whom ann is marked."""
    folder = small_course.make(tmp_path_factory.mktemp("desk") / "course")
    small_course.register(folder)
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}")
    desk.hand_in(["ann", "bob", "cyd"])
    with desk.book:
        desk.save(ADA, "ann", ticks="1", done=True)
    return folder


@pytest.fixture
def desk(begun: Path, tmp_path: Path) -> Iterator[DeskClass]:
    folder = Path(shutil.copytree(begun, tmp_path / "course"))
    desk = DeskClass(folder, f"sqlite:///{folder / 'gradebook.db'}")
    with desk.book:
        yield desk


def move_away(desk: DeskClass) -> Path:
    """Move the gradebook with what lies beside it, while the desk is open; return where it is now."""
    for path in desk.folder.glob("gradebook.db*"):
        path.rename(path.with_name(path.name.replace("gradebook", "moved")))
    return desk.folder / "moved.db"


def ask(path: Path, sql: str) -> list[tuple]:
    """Ask a gradebook as another program would."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as book:
        return book.execute(sql).fetchall()


def marked(path: Path) -> list[str]:
    """Return who has a mark of the desk."""
    return [student for (student,) in ask(path, "select student from autograder_mark order by student")]


def test_a_gradebook_that_is_gone_is_said_to_be(desk: DeskClass):
    """Nothing is written into a file that nobody will find, and no empty gradebook takes its place."""
    seen = desk.seen("bob")
    moved = move_away(desk)

    with pytest.raises(ConfigError, match=r"is gone: put it back"):
        desk.book.save(ITEM, ["bob"], Decision(frozenset("1")), BEN, seen=seen)
    with pytest.raises(ConfigError, match=r"is gone: put it back"):
        desk.open()
    assert not (desk.folder / "gradebook.db").exists()

    moved.rename(desk.folder / "gradebook.db")
    desk.book.save(ITEM, ["bob"], Decision(frozenset("1")), BEN, seen=seen)
    assert marked(desk.folder / "gradebook.db") == ["ann", "bob"]


def test_a_gradebook_that_was_replaced_is_the_one_that_counts(desk: DeskClass):
    """An older one, from before there was a desk, gets our tables while the desk is open."""
    older = Path(shutil.copy(desk.folder / "gradebook.db", desk.folder / "older.db"))
    for (table,) in ask(older, "select name from sqlite_master where name like 'autograder!_%' escape '!'"):
        if table.removeprefix("autograder_") in ("mark", "lease", "event", "rubric", "split", "answer", "request"):
            ask(older, f"drop table {table}")
    ask(older, "update grade set manual_score = null, needs_manual_grade = 1 where manual_score is not null")
    desk.save(BEN, "bob", ticks="1", done=True)
    moved = move_away(desk)
    older.rename(desk.folder / "gradebook.db")
    desk.save(BEN, "cyd", ticks="1", done=True)

    assert marked(desk.folder / "gradebook.db") == ["cyd"]
    assert marked(moved) == ["ann", "bob"]


def test_one_with_other_questions_is_refused_in_a_sentence(desk: DeskClass):
    """It is another homework's, or of another year."""
    ask(desk.folder / "gradebook.db", "update base_cell set name = 'other' where name = 'attacks'")

    with pytest.raises(ConfigError, match="does not know attacks of hw4: run `autograder grade` first"):
        desk.open().states(ITEM)


def test_a_copy_of_the_file_alone_has_every_mark(desk: DeskClass):
    """People copy the file, not the log that lies beside it."""
    desk.save(BEN, "bob", ticks="1", done=True)
    copy = shutil.copy(desk.folder / "gradebook.db", desk.folder / "copy.db")

    assert marked(Path(copy)) == ["ann", "bob"]


def test_a_full_disk_costs_one_decision_at_most(desk: DeskClass):
    """It is refused as a whole, reading goes on, and it is saved as soon as there is room."""
    seen, decision = desk.seen("cyd"), Decision(frozenset("1"), comment="x" * 4000, done=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(ConfigError, match="cannot be used"):
            desk.book.save(ITEM, ["cyd"], decision, BEN, seen=seen)
        assert desk.cell("cyd")[1] is None
        assert desk.state("ann").score == 5
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert desk.book.save(ITEM, ["cyd"], decision, BEN, seen=seen)["cyd"].score == 5


def test_who_reads_does_not_wait_for_a_long_writer(desk: DeskClass, monkeypatch: pytest.MonkeyPatch):
    """Who writes waits, then says so."""
    monkeypatch.setattr(database, "LOCK_TIMEOUT_S", 0.1)
    seen, other = desk.seen("bob"), desk.open()
    with contextlib.closing(sqlite3.connect(desk.folder / "gradebook.db", isolation_level=None)) as writer:
        monkeypatch.setattr(desk.book, "_database", database.Database(desk.db_url))
        writer.execute("begin immediate")

        assert desk.state("ann").score == 5
        with pytest.raises(ConfigError, match="database is locked"):
            desk.book.save(ITEM, ["bob"], Decision(frozenset("1")), BEN, seen=seen)
        writer.execute("rollback")
    assert other.save(ITEM, ["bob"], Decision(frozenset("1")), BEN, seen=seen)["bob"].score == 5


def test_a_clock_that_is_set_back_locks_nobody_out(desk: DeskClass):
    """What was taken while the clock was wrong is given to others."""
    desk.clock.now += 3600
    assert desk.book.lease(ITEM, [["bob"]], ADA) == ("bob",)
    desk.clock.now -= 3600

    assert desk.state("bob").leased_by == ""
    assert desk.book.lease(ITEM, [["bob"]], BEN) == ("bob",)
    assert desk.book.lease(ITEM, [["bob"]], ADA) is None
