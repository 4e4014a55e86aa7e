"""Notebooks of an nbgrader course, graded by stock nbgrader and by this kit: each test cell gets the same score.

The course in `nbgrader_course/` has the patterns that test cells of public courses use; students answer it right,
right in other words, with two sets of slips, in part, and not at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import course_notebooks
import pytest
import stock_nbgrader

pytestmark = pytest.mark.long  # three dozen kernels, two to three seconds each

SCRIPTS = Path(__file__).with_name("nbgrader_course")
STUDENTS = ("right", "right_otherwise", "slips", "more_slips", "partly", "untouched")
# What stock nbgrader gives points for and this kit does not, since nobody but the student's own code could say so.
REFUSED = {
    "compares_by_eq": "`==` would let an object of the class Money decide",
    "compares_by_lt": "`<` would let an object of the class Money decide",
    "asks_for_truth": "Whether an object of the class Money is true would be its own word",
    "asks_for_float": "`float(x)` would let an object of the class Money choose the value",
    "takes_it_for_an_array": "An object of the class Money is no array",
    "believes_what_is_caught": "`==` would let an object of the class Money decide",
    "reads_the_source": "source",
    "reads_the_code": "the value was 'sum'",
}

Reports = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with the sources, released and answered."""
    course_dir = tmp_path_factory.mktemp("course")
    course_notebooks.make_sources(SCRIPTS / "source", course_dir)
    for assignment, students in (("patterns", STUDENTS), ("figures", STUDENTS[:3]), ("refused", STUDENTS[:1])):
        stock_nbgrader.run("generate_assignment", assignment, course_dir)
        course_notebooks.submit(SCRIPTS, course_dir, assignment, students)
    return course_dir


@pytest.fixture(scope="module")
def stock(course: Path) -> stock_nbgrader.Scores:
    """What stock nbgrader gives each test cell of each student."""
    found = {}
    for assignment in ("patterns", "figures", "refused"):
        stock_nbgrader.run("autograde", assignment, course)
        found |= stock_nbgrader.scores(assignment, course)
    tests = points("patterns") | points("figures") | points("refused")
    return {key: score for key, score in found.items() if key[2] in tests}


@pytest.fixture(scope="module")
def ours(course: Path, stock: stock_nbgrader.Scores, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The items of each report of this kit, by student and id."""
    out = tmp_path_factory.mktemp("out")
    (course / "nbgrader_config.py").write_text(stock_nbgrader.CONFIG + stock_nbgrader.KIT, encoding="utf-8")
    found: Reports = {}
    for assignment in ("patterns", "figures", "refused"):
        command = ["grade", "submitted", "--assignment", assignment, "--out", str(out), "--jobs", "2"]
        ended = subprocess.run(
            [sys.executable, "-m", "autograder.cli", *command], cwd=course, capture_output=True, text=True, check=False
        )

        assert ended.returncode in (0, 1), ended.stdout[-2000:] + ended.stderr[-2000:]
        for path in (out / "results" / assignment).glob("*.json"):
            report = json.loads(path.read_text(encoding="utf-8"))
            found.setdefault(report["student"], {}).update({item["id"]: item for item in report["items"]})
    return found


def points(assignment: str) -> dict[str, float]:
    """Return the points of each test cell."""
    scripts = (path.read_text(encoding="utf-8") for path in (SCRIPTS / "source" / assignment).glob("*.py"))
    cells = [cell for script in scripts for cell in course_notebooks.cells(script)]
    return {cell.name: cell.points for cell in cells if cell.kind == "test"}


@pytest.mark.parametrize("student", ["right", "right_otherwise"])
def test_stock_nbgrader_gives_right_answers_all_points(stock: stock_nbgrader.Scores, student: str) -> None:
    """The cells of the course are fair: other words for the same answer cost nothing."""
    found = {cell: score for (who, _, cell), score in stock.items() if who == student and cell not in REFUSED}

    assert found == points("patterns") | points("figures")


def test_stock_nbgrader_gives_an_untouched_submission_nothing(stock: stock_nbgrader.Scores) -> None:
    """Each cell of the course can fail."""
    found = {cell for (who, _, cell), score in stock.items() if who == "untouched" and score}

    assert not found


@pytest.mark.parametrize("student", STUDENTS)
def test_each_cell_gets_the_score_that_stock_nbgrader_gives(
    stock: stock_nbgrader.Scores, ours: Reports, student: str
) -> None:
    """Whoever has graded with nbgrader sees the same scores here."""
    theirs = {cell: score for (who, _, cell), score in stock.items() if who == student and cell not in REFUSED}
    found = {cell: ours[student][cell]["score"] for cell in theirs}

    assert found == theirs, {
        cell: ours[student][cell]["checks"] for cell in theirs if ours[student][cell]["score"] != theirs[cell]
    }


@pytest.mark.parametrize("cell", REFUSED)
def test_what_only_the_students_code_could_say_gets_no_score_and_a_reason(
    stock: stock_nbgrader.Scores, ours: Reports, cell: str
) -> None:
    """Stock nbgrader believes it; here a person is asked, and is told why."""
    item = ours["right"][cell]

    assert stock["right", "refused", cell] == 1
    assert item["score"] is None
    assert REFUSED[cell] in item["checks"][0]["seen"]
