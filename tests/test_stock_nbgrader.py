"""Notebooks of an nbgrader course, graded by stock nbgrader and by this kit: each test cell gets the same score.

The course in `nbgrader_course/` has the patterns that test cells of public courses use; students answer it right,
right in other words, with two sets of slips, in part, and not at all.
"""

from __future__ import annotations

from pathlib import Path

import course_notebooks
import pytest
import stock_nbgrader

pytestmark = pytest.mark.long  # two dozen kernels, two to three seconds each

SCRIPTS = Path(__file__).with_name("nbgrader_course")
STUDENTS = ("right", "right_otherwise", "slips", "more_slips", "partly", "untouched")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with the sources, released and answered."""
    course_dir = tmp_path_factory.mktemp("course")
    course_notebooks.make_sources(SCRIPTS / "source", course_dir)
    stock_nbgrader.run("generate_assignment", "patterns", course_dir)
    course_notebooks.submit(SCRIPTS, course_dir, "patterns", STUDENTS)
    return course_dir


@pytest.fixture(scope="module")
def stock(course: Path) -> stock_nbgrader.Scores:
    """What stock nbgrader gives each cell of each student."""
    stock_nbgrader.run("autograde", "patterns", course)
    return stock_nbgrader.scores("patterns", course)


def points() -> dict[str, float]:
    """Return the points of each test cell."""
    scripts = (SCRIPTS / "source" / "patterns").glob("*.py")
    cells = [cell for path in scripts for cell in course_notebooks.cells(path.read_text(encoding="utf-8"))]
    return {cell.name: cell.points for cell in cells if cell.kind == "test"}


@pytest.mark.parametrize("student", ["right", "right_otherwise"])
def test_stock_nbgrader_gives_right_answers_all_points(stock: stock_nbgrader.Scores, student: str) -> None:
    """The cells of the course are fair: other words for the same answer cost nothing."""
    found = {cell: score for (who, _, cell), score in stock.items() if who == student and cell in points()}

    assert found == points()


def test_stock_nbgrader_gives_an_untouched_submission_nothing(stock: stock_nbgrader.Scores) -> None:
    """Each cell of the course can fail."""
    found = {cell for (who, _, cell), score in stock.items() if who == "untouched" and score}

    assert not found
