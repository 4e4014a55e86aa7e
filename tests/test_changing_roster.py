"""A list of the class that comes late, or changes: it counts at the next command, and nothing is graded again."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import fake_grading
import pytest
import small_course
from nbgrader import api

from autograder.cli import main
from autograder.commands import grade
from autograder.commands.new import new
from autograder.desk.class_desk import ClassDesk
from autograder.grading import check_run

LISTED = 'student,name,section,email\njmueller,"Müller, Jörg",A,jm@uni.edu\nann,"Doe, Ann",B,ann@uni.edu\n'
RENAMED = 'student,name,section,email\njmueller,"Schmidt, Jörg",C,js@uni.edu\nzoe,"Poe, Zoe",C,\n'
STRANGE = 'student,name,section\njmueller,"=1+1<b>\u202e\n' + "x" * 10_000 + '",<i>\nann,王芳,A\n'


@pytest.fixture
def course(tmp_path: Path, monkeypatch) -> Path:
    """A class of three that was graded without any list."""
    folder = tmp_path / "course"
    folder.mkdir()
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.setattr(check_run, "check_coverage", lambda assignment: None)
    monkeypatch.setattr(grade, "require_layers", lambda: None)
    new(folder, "lab")
    (folder / "inbox").mkdir()
    for student in ("jmueller", "ann", "x7"):
        with zipfile.ZipFile(folder / "inbox" / f"{student}_LAB.zip", "w") as archive:
            archive.writestr("lab.ipynb", (folder / "source" / "lab" / "lab.ipynb").read_text())
    monkeypatch.chdir(folder)
    assert main(["grade", "inbox", "--jobs", "1"]) == 0
    return folder


def called(course: Path) -> dict[str, tuple[str, str]]:
    """Return name and section of everybody in grades.csv."""
    rows = csv.DictReader((course / "report" / "lab" / "grades.csv").read_text("utf-8-sig").splitlines())
    return {row["student"]: (row["name"], row["section"]) for row in rows}


def findings(course: Path) -> dict[str, str]:
    rows = csv.DictReader((course / "report" / "lab" / "grades.csv").read_text("utf-8-sig").splitlines())
    return {row["student"]: row["findings"] for row in rows}


def in_formgrader(course: Path) -> dict[str, tuple[str, str, str]]:
    with api.Gradebook(small_course.db_url(course, course)) as book:
        return {row.id: (row.last_name, row.first_name, row.email) for row in book.students}


def test_a_list_that_comes_late_or_changes_names_everybody_at_the_next_command(course: Path, capsys):
    """Who left the course keeps the name, and is in no section any more."""
    results = {path: path.stat().st_mtime_ns for path in (course / "results").rglob("*.json")}
    assert in_formgrader(course) == {student: (student, "(no name)", "") for student in ("ann", "jmueller", "x7")}, (
        "no list of formgrader says None"
    )
    (course / "class.csv").write_text(LISTED)
    main(["report", "--roster", "class.csv"])

    assert called(course) == {"jmueller": ("Müller, Jörg", "A"), "ann": ("Doe, Ann", "B"), "x7": ("", "")}
    assert in_formgrader(course)["jmueller"] == ("Müller", "Jörg", "jm@uni.edu")
    assert findings(course) == {"jmueller": "", "ann": "", "x7": "warning: Nobody in the roster has this id."}
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nc.Canvas.roster = "class.csv"\n')
    (course / "class.csv").write_text(RENAMED)
    main(["report"])
    assert called(course) == {"jmueller": ("Schmidt, Jörg", "C"), "ann": ("Doe, Ann", ""), "x7": ("", "")}
    assert in_formgrader(course)["jmueller"] == ("Schmidt", "Jörg", "js@uni.edu")
    assert "not in the roster any more" in (course / "report" / "lab" / "index.html").read_text()
    assert findings(course)["ann"] == "", "who left needs nobody's attention"
    (course / "class.csv").write_text(STRANGE)
    main(["report"])
    assert called(course)["jmueller"][0].startswith("'=1+1<b> xxx")
    assert called(course)["ann"] == ("王芳", "A")
    assert len(in_formgrader(course)["jmueller"][0]) <= 60
    assert "<" not in "".join(in_formgrader(course)["jmueller"])
    assert results == {path: path.stat().st_mtime_ns for path in (course / "results").rglob("*.json")}
    (course / "class.csv").write_text("nonsense")
    capsys.readouterr()
    assert main(["report"]) == 2
    assert "class.csv is not a list of a class" in capsys.readouterr().err


def test_the_desk_finds_everybody_by_the_latest_list(course: Path):
    """While it is open, and by any spelling."""
    desk = ClassDesk.load(course, course, "lab")

    def found(words: str) -> list[str]:
        desk.refresh()
        return [desk.name(student) for student in desk.answers.students if desk.people.is_called(student, words)]

    try:
        assert found("mueller") == ["jmueller"]
        assert found("Müller") == ["jmueller"]
        assert found("jörg") == []
        (course / "class.csv").write_text(LISTED)
        main(["report", "--roster", "class.csv"])
        for words in ("Müller", "MULLER jorg", "jm@uni", "Jörg, Müller"):
            assert found(words) == ["Müller, Jörg (jmueller)"], words
        assert desk.sections == ("A", "B")
    finally:
        desk.close()


@pytest.mark.parametrize("who", ["jmueller", "jm@uni.edu", "Joerg Mueller", "Müller, Jörg"])
def test_one_student_is_graded_by_any_name(course: Path, who: str, capsys):
    (course / "class.csv").write_text(LISTED)
    capsys.readouterr()
    assert main(["grade", "inbox", "--jobs", "1", "--student", who, "--roster", "class.csv"]) == 1, "x7 is in no list"
    assert "Müller, Jörg (jmueller)" in capsys.readouterr().out

    assert main(["grade", "inbox", "--jobs", "1", "--student", "Muller"]) == 2
    assert "no student 'Muller' here: did you mean Müller, Jörg (jmueller)?" in capsys.readouterr().err


def test_a_late_policy_that_names_nobody_clearly_stops_before_anybody_is_graded(course: Path, capsys):
    (course / "class.csv").write_text(f"{LISTED}ann2,Ann Doe,A,\n")
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nc.LatePolicy.days_late = {{"Ann Doe": 1}}\n')
    (course / "results" / "lab" / "ann.json").unlink()

    assert main(["grade", "inbox", "--jobs", "1", "--roster", "class.csv"]) == 2
    assert "'Ann Doe' may be Doe, Ann (ann), Ann Doe (ann2): write the id" in capsys.readouterr().err
    assert not (course / "results" / "lab" / "ann.json").exists()
