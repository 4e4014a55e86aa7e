"""Two assignments in one course folder: the same students, one gradebook, and nothing of one shows in the other."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from itertools import permutations
from pathlib import Path

import fake_grading
import pytest
import whole_gradebook
from test_nbgrader import nbgrader

from autograder.cli import main
from autograder.commands import grade
from autograder.commands.new import new
from autograder.grading import check_run
from autograder.model.report import CheckResult, ItemResult, Verdict
from autograder.running import run_log

LABS, STUDENTS = ("lab1", "lab2"), ("ada", "ben")
SHARES = {"lab1": 1.0, "lab2": 0.0}  # of the points of what checks grade
HEADER = "Student,ID,SIS Login ID,Section,lab1 (1),lab2 (2)\n    Points Possible,,,,10,10\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch) -> Path:
    """Two small homeworks whose items have the same ids, and what two students hand in for each."""
    folder = tmp_path / "course"
    folder.mkdir()
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.setattr(fake_grading, "result", result)
    monkeypatch.setattr(check_run, "check_coverage", lambda assignment: None)
    monkeypatch.setattr(grade, "require_layers", lambda: None)
    for lab in LABS:
        new(folder, lab)
        hand_in(folder, lab)
    people = "".join(f"{name.title()},{number},{name},A,,\n" for number, name in enumerate(STUDENTS, start=11))
    (folder / "canvas.csv").write_text(HEADER + people)
    monkeypatch.chdir(folder)
    return folder


def result(item, submission) -> ItemResult:
    share = SHARES[item.notebook]
    verdict = Verdict.PASSED if share else Verdict.FAILED
    check = CheckResult("test_it", verdict, seen="" if share else f"This is about {item.notebook}")
    return ItemResult(item.id, share * item.points, item.points, verdict, (check,))


def hand_in(course: Path, lab: str) -> None:
    (course / f"inbox_{lab}").mkdir()
    notebook, sheet = (course / "source" / lab / f"{lab}.ipynb"), (course / "answers" / f"{lab}_questions.md")
    for student in STUDENTS:
        with zipfile.ZipFile(course / f"inbox_{lab}" / f"{student}_{lab.upper()}.zip", "w") as archive:
            archive.writestr(f"{lab}.ipynb", notebook.read_text().replace('"cells"', f'"by_{student}": 1, "cells"', 1))
            archive.writestr(f"answers/{sheet.name}", sheet.read_text())


def run(command: str, lab: str, *options: str) -> int:
    return main([command, *options, "--assignment", lab])


def grade_lab(lab: str) -> None:
    assert run("grade", lab, f"inbox_{lab}", "--jobs", "1") == 0


_SOURCE = re.compile(rb"from [^<\n]{1,300} by autograder")  # what pages say of it


def written(course: Path, lab: str) -> dict[str, bytes]:
    """Return all that is kept of an assignment, but for the gradebook and from what folders it was graded."""
    folders = (f"results/{lab}", f"report/{lab}", f"feedback/{lab}", f".autograder/{lab}", f"superseded/{lab}")
    paths = [path for folder in folders for path in (course / folder).rglob("*") if path.is_file()]
    paths += [*course.glob(f"submitted/*/{lab}/**/*.*"), *course.glob(f"autograded/*/{lab}/*.*")]
    paths = [path for path in (*paths, *course.glob(f"{lab}_*")) if path.name != run_log.FILE]
    return {str(path.relative_to(course)): _SOURCE.sub(b"", path.read_bytes()) for path in paths}


def entered(course: Path, lab: str) -> object:
    return whole_gradebook.dump(f"sqlite:///{course / 'gradebook.db'}")[lab]


def exported(course: Path, lab: str) -> dict[str, dict[str, str]]:
    """Return the rows of the students in the gradebook that was filled for an assignment."""
    assert run("export", lab, "canvas", "--template", "canvas.csv", "--partial") == 0
    rows = csv.DictReader((course / f"{lab}_grades_for_canvas.csv").read_text("utf-8-sig").splitlines())
    return {row["SIS Login ID"]: row for row in rows if row["SIS Login ID"]}


@pytest.mark.parametrize("order", list(permutations(LABS)), ids=" then ".join)
def test_two_assignments_in_one_folder_never_mix(course: Path, order: tuple[str, str], capsys):
    """Whichever is first: each has its own scores, and nothing that is kept of it changes by the other."""
    first, second = order
    grade_lab(first)
    assert run("feedback", first) == 1
    before, rows = written(course, first), entered(course, first)
    capsys.readouterr()

    grade_lab(second)
    assert "gained" not in capsys.readouterr().out  # nobody was graded before: there is nothing to compare with
    assert run("feedback", second) == 1
    assert written(course, first) == before
    assert entered(course, first) == rows
    for lab in order:
        expected, totals = 6 * SHARES[lab], set()
        for path in (course / "results" / lab).glob("*.json"):
            totals.add(json.loads(path.read_text())["total"])
        assert totals == {expected}
        assert run("report", lab) == 0
        with (course / "report" / lab / "grades.csv").open(encoding="utf-8-sig") as file:
            assert {float(row["softmax"]) for row in csv.DictReader(file)} == {expected}
        others = "lab1" if lab == "lab2" else "lab2"
        for page in (course / "report" / lab / "index.html", *(course / "feedback" / lab).glob("*/index.html")):
            assert others not in page.read_text()
        for row in exported(course, lab).values():
            assert (float(row[f"{lab} ({lab[-1]})"]), row[f"{others} ({others[-1]})"]) == (expected, "")


def test_nbgrader_grades_the_one_that_it_is_told(course: Path):
    """The rows of the other stay as they are."""
    grade_lab("lab1")
    grade_lab("lab2")
    kept, rows, same = written(course, "lab1"), entered(course, "lab1"), entered(course, "lab2")

    assert nbgrader("autograde", "lab2", "--force") == 0
    assert (written(course, "lab1"), entered(course, "lab1")) == (kept, rows)
    assert entered(course, "lab2") == same


@pytest.mark.parametrize("command", [["report"], ["feedback"], ["release"], ["grade", "inbox_lab1"]], ids=" ".join)
def test_which_of_several_has_to_be_said(course: Path, command: list[str], capsys):
    """One sentence names them all."""
    assert main(command) == 2
    assert "There are several assignments (lab1, lab2): name one with --assignment." in capsys.readouterr().err


def test_who_sent_nothing_for_one_is_no_part_of_it(course: Path):
    """A student's work for another assignment is no submission that would be refused."""
    (course / "inbox_lab1" / "ben_LAB1.zip").unlink()
    grade_lab("lab1")
    grade_lab("lab2")

    assert run("grade", "lab1", "submitted", "--jobs", "1") == 0
    assert [path.stem for path in (course / "results" / "lab1").iterdir()] == ["ada"]


@pytest.mark.parametrize("students", [("ada", "ben"), ("ada",)], ids=len)
def test_a_folder_of_submissions_may_hold_both(course: Path, students: tuple[str, ...]):
    """Nbgrader's submitted/ has a folder for each assignment; only the one that is graded is read."""
    for path in course.glob("inbox_*/*.zip"):
        if path.name.partition("_")[0] not in students:
            path.unlink()
    grade_lab("lab1")
    grade_lab("lab2")
    kept = {lab: written(course, lab) for lab in LABS}

    for path in ("submitted", "submitted/ada"):
        assert run("grade", "lab1", path, "--jobs", "1") == 0
        assert {lab: written(course, lab) for lab in LABS} == kept
