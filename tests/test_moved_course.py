"""A course on another machine: the folder is copied, and everything goes on as if nothing had happened."""

from __future__ import annotations

import shutil
from pathlib import Path

import fake_grading
import pytest
import small_course
import whole_gradebook
from desk_class import ADA, DeskClass

from autograder.cli import main
from autograder.commands import grade

STUDENTS = ("ada", "ben", "cem")


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> tuple[Path, Path]:
    """A class that was graded and marked in two folders of results, and what was in them; then moved elsewhere."""
    home = tmp_path_factory.mktemp("machine_one") / "home"
    course = small_course.make(home / "course", libraries="[]")
    fake_grading.hand_in(home / "inbox", STUDENTS, course)
    with pytest.MonkeyPatch.context() as patch:
        fake_grading.use(patch.setattr)
        patch.setattr(grade, "require_layers", lambda: None)
        patch.chdir(course)
        for options in ([], ["--out", "../results of hw4"]):
            assert main(["grade", str(home / "inbox"), "--jobs", "1", *options]) == 0
        desk = DeskClass(course, f"sqlite:///{course / 'gradebook.db'}")
        with desk.book:
            desk.save(ADA, "ada", adjustment=3.0, reason="Good.", done=True)
        for command in ("report", "feedback"):
            assert main([command]) in (0, 1)
    before = tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(home, before)
    there = tmp_path_factory.mktemp("machine_two") / "courses"
    shutil.move(home, there)
    return before, there


@pytest.fixture
def course(moved: tuple[Path, Path], monkeypatch) -> Path:
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.setattr(grade, "require_layers", lambda: None)
    monkeypatch.chdir(moved[1] / "course")
    return moved[1] / "course"


def test_nothing_that_is_stored_names_a_folder_of_the_machine(moved: tuple[Path, Path]):
    """Neither the results nor the gradebook, whether they lie in the course folder or beside it."""
    _, there = moved
    where = b"machine_one"

    assert [path for path in there.rglob("*") if path.is_file() and where in path.read_bytes()] == []


@pytest.mark.parametrize("page", ["report/hw4/index.html", "report/hw4/grades.csv", "feedback/hw4/ada/index.html"])
def test_pages_are_the_same_bytes_there(page: str, moved: tuple[Path, Path], course: Path):
    """Made anew from what is stored."""
    (course / page).unlink(missing_ok=True)
    for command in ("report", "feedback"):
        assert main([command]) in (0, 1)

    assert (course / page).read_bytes() == (moved[0] / "course" / page).read_bytes()


def test_nothing_is_graded_again_there(moved: tuple[Path, Path], course: Path, tmp_path: Path, monkeypatch, capsys):
    """From the same download, or from submitted/; the gradebook stays as it is, marks included."""
    rows = whole_gradebook.dump(f"sqlite:///{moved[0] / 'course' / 'gradebook.db'}")
    monkeypatch.setenv(fake_grading.LOG, str(tmp_path / "log"))
    for path in ("../inbox", "submitted"):
        assert main(["grade", path, "--jobs", "1"]) == 0
        assert "No score differs from the run before." in capsys.readouterr().out

    assert main(["grade", "../inbox", "--jobs", "1", "--out", "../results of hw4"]) == 0
    assert not (tmp_path / "log").exists()
    assert whole_gradebook.dump(f"sqlite:///{course / 'gradebook.db'}") == rows


def test_the_desk_goes_on_there(course: Path):
    """The mark is there, and can be undone by whoever gave it."""
    desk = DeskClass(course, f"sqlite:///{course / 'gradebook.db'}")
    with desk.book:
        assert desk.state("ada").score == 3.0
        assert desk.book.undo("attacks", ADA) == ("ada",)
