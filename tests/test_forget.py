"""Everything that is stored of one student can be deleted, and nothing else is."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import fake_grading
import pytest
import small_course
import whole_gradebook
from desk_class import ADA, DeskClass

from autograder import running
from autograder.cli import main
from autograder.commands import grade

GONE, STAYS = "zebedee", "yolanda"  # no other word has these letters
ROSTER = f"Student,ID,SIS Login ID,Section\nZebedee,11,{GONE},A\nYolanda,12,{STAYS},A\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A class of two in all that the kit stores: graded, marked, asked, given back, sent again."""
    course = small_course.make(tmp_path_factory.mktemp("forget") / "course", libraries="[]")
    (course / "roster.csv").write_text(ROSTER)
    (course / "groups.csv").write_text(f"group,student\none,{GONE}\ntwo,{STAYS}\n")
    with pytest.MonkeyPatch.context() as patch:
        fake_grading.use(patch.setattr)
        patch.setattr(grade, "require_layers", lambda: None)
        patch.chdir(course)
        for again in range(2):
            fake_grading.hand_in(course / "inbox", (GONE, STAYS), course)
            lists = ["--roster", "roster.csv", "--groups", "groups.csv"]
            assert main(["grade", "inbox", "--jobs", "1", *lists]) in (0, 1)
            if not again:
                change = course / "source" / "hw4" / "hw4_partI.ipynb"
                change.write_text(change.read_text().replace("# Part I", "# Part One"))
        assert main(["grade", f"inbox/{GONE}_HW4.zip", "--jobs", "1"]) in (0, 1)
        desk = DeskClass(course, f"sqlite:///{course / 'gradebook.db'}")
        with desk.book:
            for student in (GONE, STAYS):
                desk.save(ADA, student, adjustment=3.0, reason=f"Good, {student}.", done=True)
        assert main(["feedback"]) in (0, 1)
        assert main(["report"]) in (0, 1)
    for folder in ("inbox", "roster.csv", "groups.csv"):
        shutil.move(course / folder, course.parent / folder)
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch) -> Path:
    folder = Path(shutil.copytree(graded, tmp_path / "course"))
    monkeypatch.chdir(folder)
    return folder


def named(course: Path, student: str) -> list[str]:
    """Return the paths that name a student, or hold the name in whatever case."""
    found = []
    for path in course.rglob("*"):
        inside = path.is_file() and student.encode() in path.read_bytes().lower()
        if inside or student in path.name:
            found.append(path.relative_to(course).as_posix())
    return sorted(found)


def test_nothing_names_a_student_who_was_deleted(course: Path, capsys):
    """No file, no row, no roster; pages that are made then do not either."""
    others = whole_gradebook.dump(f"sqlite:///{course / 'gradebook.db'}")["hw4"]["submissions"][STAYS]
    assert len(named(course, GONE)) > 10
    assert main(["forget", GONE, "--delete"]) == 0
    assert named(course, GONE) == []
    for command in ("report", "feedback"):
        assert main([command]) in (0, 1)

    assert named(course, GONE) == []
    assert whole_gradebook.dump(f"sqlite:///{course / 'gradebook.db'}")["hw4"]["submissions"] == {STAYS: others}
    rows = csv.DictReader((course / "report" / "hw4" / "grades.csv").read_text("utf-8-sig").splitlines())
    assert [row["student"] for row in rows] == [STAYS]
    desk = DeskClass(course, f"sqlite:///{course / 'gradebook.db'}")
    with desk.book:
        assert desk.state(STAYS).score == 3.0


def test_without_the_option_it_only_says_what_it_would_delete(course: Path, capsys):
    """Deleting is for ever."""
    before = named(course, GONE)
    assert main(["forget", GONE]) == 0

    said = capsys.readouterr().out
    assert f"submitted/{GONE}" in said
    assert "add --delete" in said
    assert named(course, GONE) == before


def test_a_stopped_run_is_finished_by_the_next(course: Path, monkeypatch):
    """What is left is deleted then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.commands.forget._remove", lambda path: 1 / 0)
        assert main(["forget", GONE, "--delete"]) == 2
    assert main(["forget", GONE, "--delete"]) == 0

    assert named(course, GONE) == []


def test_it_says_whose_work_names_the_student_too(course: Path, capsys):
    """A partner's work stays."""
    note = course / ".autograder" / "hw4" / "arrivals" / f"{STAYS}.json"
    arrival = json.loads(note.read_text())
    note.write_text(json.dumps(arrival | {"group": {"name": "one", "sender": GONE, "members": [GONE, STAYS]}}))
    assert main(["forget", GONE, "--delete"]) == 0

    assert f"Handed in together with {STAYS}: what is stored of them still names {GONE}." in capsys.readouterr().out


@pytest.mark.parametrize("student", ["nobody", "hw4", "..", "*", "a/b", "", "-x" * 3])
def test_an_id_of_nobody_deletes_nothing(student: str, course: Path, capsys):
    """One sentence says where ids stand."""
    before = named(course, STAYS), named(course, GONE)
    assert main(["forget", "--delete", "--", student]) == 2

    assert "from grades.csv" in capsys.readouterr().err
    assert (named(course, STAYS), named(course, GONE)) == before


def test_nothing_is_deleted_while_a_run_is_at_work(course: Path, capsys):
    """It would write the same files."""
    with running.alone(course):
        assert main(["forget", GONE, "--delete"]) == 2
    assert named(course, GONE)


def test_a_student_of_an_archived_term(course: Path):
    """The term is a course folder like another."""
    assert main(["archive", "2026-spring", "--unfinished"]) == 0
    assert main(["forget", GONE, "--delete", "--out", "archive/2026-spring"]) == 0

    assert named(course, GONE) == []
