"""The contract with the course: ids, points, and notebooks written to one pattern."""

from __future__ import annotations

import re
import shutil

import nbformat
import pytest

from autograder.course import assignment as assignments
from autograder.grading import check_run, check_table
from autograder.model.errors import ConfigError

# What the course has agreed on; a change here is a change of the homework.
CONTRACT = {
    "leaky_relu": (3, "checks"),
    "sample_noise": (3, "checks"),
    "discriminator": (6, "checks"),
    "generator": (6, "checks"),
    "discriminator_loss": (3, "checks"),
    "generator_loss": (3, "checks"),
    "get_solvers": (3, "checks"),
    "attacks": (4, "person"),
    "defenses": (4, "person"),
    "grad_softmax_u": (9, "formula"),
    "grad_neg_v": (7, "formula"),
    "grad_neg_u": (7, "formula"),
    "neg_efficiency": (2, "person"),
    "softmaxCostAndGradient": (7, "checks"),
    "negSamplingCostAndGradient": (8, "checks"),
    "skipgram": (6, "checks"),
    "word_vectors": (2, "checks"),
    "plot_reading": (2, "person"),
    "cbow_structure": (3, "person"),
    "cbow_rare_words": (4, "person"),
    "debias_subspace": (4, "person"),
    "debias_methods": (4, "person"),
}
AUTO = [item for item, (_, graded_by) in CONTRACT.items() if graded_by == "checks"]
SHORTCUTS = re.compile(r"\b(simply|just|obviously|we)\b", re.IGNORECASE)


def marked(notebook):
    """Return the cells of a notebook by grade id."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.fixture(scope="module")
def cells(assignment):
    return {
        key: cell for name in assignment.notebooks for key, cell in marked(assignment.source_notebook(name)).items()
    }


def test_items_and_points_are_those_of_the_course(assignment):
    """Every id, its points and who grades it."""
    assert {item.id: (item.points, item.graded_by) for item in assignment.items} == CONTRACT
    assert sum(item.points for item in assignment.items) == 100
    assert sum(item.points for item in assignment.auto_items) == 50


def test_every_item_has_checks_and_every_check_an_item(assignment):
    """Nothing is graded by nothing, and no check grades nothing."""
    assert {check.item for check in check_run.collect(assignment)} == {item.id for item in assignment.auto_items}


def test_every_check_is_a_sentence(assignment):
    """The docstring is what the student reads."""
    for check in check_run.collect(assignment):
        assert re.fullmatch(r"[A-Z`].*[.]", check.sentence) or check.sentence[0].islower(), check.name
        assert check.weight > 0


@pytest.mark.parametrize("item", AUTO)
def test_an_item_has_its_five_cells(cells, item):
    """Prompt, hints, solution, visible check, graded cell."""
    wanted = {
        f"{item}_prompt": ("markdown", True, False),
        f"{item}_solution": ("code", False, True),
        f"{item}_try": ("code", True, False),
        item: ("code", True, False),
    }
    if item != "word_vectors":  # its prompt says where the number stands; there is nothing to hint at
        wanted[f"{item}_hints"] = ("markdown", True, False)
    for grade_id, (cell_type, locked, solution) in wanted.items():
        meta = cells[grade_id].metadata.nbgrader

        assert (cells[grade_id].cell_type, meta.locked, meta.solution) == (cell_type, locked, solution), grade_id
    assert cells[f"{item}_solution"].source.count("### BEGIN SOLUTION") == 1
    assert cells[f"{item}_try"].metadata.tags == ["try"]
    assert cells[item].metadata.nbgrader.points == CONTRACT[item][0]


@pytest.mark.parametrize("item", AUTO)
def test_a_graded_cell_gives_nothing_by_itself(cells, item):
    """Stock nbgrader gives full points to a silent test cell; ours says 0.0 and is emptied for students."""
    hidden = cells[item].source.split("### BEGIN HIDDEN TESTS")[1].split("### END HIDDEN TESTS")[0]

    assert eval(hidden.strip()) == 0.0


def test_headings_metadata_and_opening_tables_agree(assignment):
    """The points in an opening table are those of the items."""
    for name in assignment.notebooks:
        notebook = assignment.source_notebook(name)
        opening = next(cell.source for cell in notebook.cells if "| points |" in cell.source)
        rows = dict(re.findall(r"^\| *([^|]+?) *\| *(\d+) *\|", opening, flags=re.MULTILINE))
        for item in (entry for entry in assignment.items if entry.notebook == name):
            assert float(rows[item.heading]) == item.points, item.id


def test_notebooks_are_committed_clean(assignment):
    """No outputs, no counts, no absolute paths, no long cells, and no words that belittle."""
    for name in assignment.notebooks:
        for cell in assignment.source_notebook(name).cells:
            if cell.cell_type == "code":
                assert not cell.outputs, cell.id
                assert cell.execution_count is None, cell.id
            assert len(cell.source.splitlines()) <= 40, cell.id
            assert not re.search(r"(^|[\s\"'(])/(home|root|tmp|Users|work)/", cell.source), cell.id
            if cell.cell_type == "markdown" and not cell.metadata.get("nbgrader", {}).get("solution"):
                assert not SHORTCUTS.search(cell.source), SHORTCUTS.search(cell.source)


def break_notebook(course, change):
    """Change one notebook of a copied course."""
    path = course / "source" / "hw4" / "hw4_partI.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(marked(notebook))
    nbformat.write(notebook, path)


def set_points(cells):
    cells["leaky_relu"].metadata.nbgrader.points = 4


def repeat_id(cells):
    cells["sample_noise"].metadata.nbgrader.grade_id = "leaky_relu"


@pytest.mark.parametrize(("change", "sentence"), [(set_points, "says 3 points"), (repeat_id, "twice")])
def test_contradictions_are_refused_with_the_item(course_dir, tmp_path, change, sentence):
    """The instructor reads which item contradicts what."""
    shutil.copytree(course_dir / "source", tmp_path / "source")
    shutil.copytree(course_dir / "answers", tmp_path / "answers")
    break_notebook(tmp_path, change)

    with pytest.raises(ConfigError, match=sentence):
        assignments.load(tmp_path, "hw4")


def test_a_missing_sheet_is_named(course_dir, tmp_path):
    """It says which of those that assignment.toml names."""
    shutil.copytree(course_dir / "source", tmp_path / "source")
    shutil.copytree(course_dir / "answers", tmp_path / "answers")
    (tmp_path / "answers" / "cbow.md").unlink()

    with pytest.raises(ConfigError, match="names the sheet cbow"):
        assignments.load(tmp_path, "hw4")


def test_the_table_of_weights_is_the_one_in_the_docs(assignment, course_dir):
    """What the docs state is what the code does: `make docs` rebuilds it."""
    assert (course_dir / "docs" / "checks.md").read_text(encoding="utf-8") == check_table.render(assignment)
