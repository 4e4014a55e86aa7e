"""Submissions that cheat nbgrader's test cells: they gain nothing here, read nothing, and cost nobody else anything.

Each script in `nbgrader_course/cheats/` stands before the test cells of one notebook. Besides its trick a submission
has one honest answer, which keeps its point.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import course_notebooks
import nbformat
import pytest
import stock_nbgrader
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.handin.run_limits import Limits
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote

SCRIPTS = Path(__file__).with_name("nbgrader_course")
CHEATS = sorted((SCRIPTS / "cheats").glob("*/*.py"))
FULL_MARKS_ON_STOCK = [path for path in CHEATS if path.parent.name == "stock"]
HONEST = "def triple(x):\n    return 3 * x"
# Small enough that what uses up time or memory is soon over.
LIMITS = Limits(
    cell_cpu_s=4.0, call_cpu_s=2.0, test_cell_cpu_s=2.0, next_test_cell_cpu_s=0.5, notebook_cpu_s=20.0,
    memory_mib=1000, scratch_mib=64,
)  # fmt: skip
ENDS_AT_ANY_MOMENT = {"ending/exits_by_an_alarm"}  # perhaps before its honest answer counts


@pytest.fixture(scope="module")
def cheated(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The assignment whose test cells are cheated."""
    course_dir = tmp_path_factory.mktemp("course")
    course_notebooks.make_sources(SCRIPTS / "source", course_dir)
    return assignments.load(course_dir, "cheated")


@pytest.fixture(scope="module")
def its_zygote(cheated: Assignment) -> Iterator[Zygote]:
    """What student processes are forked from, with the files of this assignment."""
    hidden = [path for path in Path(__file__).resolve().parents[1].iterdir() if path.name != ".venv"]
    with Zygote(None, [*hidden, cheated.course_dir], files=cheated.given_files) as started:
        yield started


@pytest.fixture(scope="module")
def released(cheated: Assignment) -> nbformat.NotebookNode:
    """The notebook that students get."""
    notebook = nbformat.from_dict(cheated.source_notebook("cheated"))
    for step in (ClearSolutions, ClearHiddenTests):
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def handed_in(notebook: nbformat.NotebookNode, student: str = "mallory") -> Submission:
    """Return a submission of one notebook."""
    return Submission(student, {"cheated": nbformat.writes(notebook).encode()})


def scores(report: Report) -> dict[str, float | None]:
    """Return the score of each item."""
    return {item.id: item.score for item in report.items}


def test_right_answers_get_all_points(cheated: Assignment, its_zygote: Zygote) -> None:
    """What follows fails for its tricks, and not for the tests."""
    report = grade(handed_in(cheated.source_notebook("cheated"), "ada"), cheated, "seed", its_zygote)

    assert scores(report) == {item.id: item.points for item in cheated.items}


@pytest.mark.parametrize("path", CHEATS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cheat_gains_nothing(
    path: Path, cheated: Assignment, its_zygote: Zygote, released: nbformat.NotebookNode
) -> None:
    """Cells that are cheated give 0, the honest one gives its point, and the next student is graded as ever.

    What a cheat in `reading/` finds of a test, in frames, in memory, in the shell's history or in files, would be its
    right answer.
    """
    notebook = course_notebooks.cheat(released, path.read_text(encoding="utf-8"), HONEST)

    report = grade(handed_in(notebook), cheated, "seed", its_zygote, limits=LIMITS)

    found = scores(report)
    honest = found.pop("honest_values")
    assert honest == 1 or f"{path.parent.name}/{path.stem}" in ENDS_AT_ANY_MOMENT
    assert found == {item.id: 0 for item in cheated.items if item.id != "honest_values"}, report.to_json()
    assert its_zygote.alive
    assert [each.name for each in its_zygote.folder.iterdir() if each.name.startswith("scratch")] == []


def test_the_next_student_gets_all_points(cheated: Assignment, its_zygote: Zygote) -> None:
    """Nothing that the cheats have done is left for the next student of this process."""
    report = grade(handed_in(cheated.source_notebook("cheated"), "ben"), cheated, "seed", its_zygote)

    assert scores(report) == {item.id: item.points for item in cheated.items}


@pytest.mark.long
def test_nine_cheats_get_full_marks_on_stock_nbgrader(tmp_path: Path) -> None:
    """Stock nbgrader gives each of these scripts, all of one cell, every point."""
    course_notebooks.make_sources(SCRIPTS / "source", tmp_path)
    stock_nbgrader.run("generate_assignment", "cheated", tmp_path)
    made = nbformat.read(tmp_path / "release" / "cheated" / "cheated.ipynb", as_version=4)
    for path in FULL_MARKS_ON_STOCK:
        course_notebooks.submit(SCRIPTS, tmp_path, "cheated", [path.stem])
        notebook = course_notebooks.cheat(made, path.read_text(encoding="utf-8"), HONEST)
        nbformat.write(notebook, tmp_path / "submitted" / path.stem / "cheated" / "cheated.ipynb")
    stock_nbgrader.run("autograde", "cheated", tmp_path)

    found = stock_nbgrader.scores("cheated", tmp_path)
    total = sum(cell.points for cell in course_notebooks.cells((SCRIPTS / "source/cheated/cheated.py").read_text()))
    assert len(FULL_MARKS_ON_STOCK) == 9
    for path in FULL_MARKS_ON_STOCK:
        assert sum(score or 0 for (student, _, _), score in found.items() if student == path.stem) == total, path.stem
