"""What all lab notebooks have in common."""

from __future__ import annotations

import ast

import nbformat
import pytest
from lab_runs import LABS, SETUP_CELL, SOURCE_DIR
from nbformat import NotebookNode

MOST_LINES = 40  # of a cell
LONGEST_LINE = 120
NOTEBOOKS = sorted((SOURCE_DIR / "labs").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def lab(request: pytest.FixtureRequest) -> tuple[str, NotebookNode]:
    """Name and notebook of each lab."""
    return request.param.stem, nbformat.read(request.param, as_version=4)


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def test_these_are_the_labs() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(LABS)


def test_the_first_code_cell_is_the_same_in_all(lab: tuple[str, NotebookNode]) -> None:
    """Only the name of the lab in it differs."""
    name, notebook = lab
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")

    assert tagged(notebook, "setup") == [first]
    assert first.source == SETUP_CELL.replace("LAB", name)


def test_every_size_is_a_plain_constant_of_one_cell(lab: tuple[str, NotebookNode]) -> None:
    """So that a test, or a student in a hurry, can set them all below it."""
    (cell,) = tagged(lab[1], "parameters")
    lines = ast.parse(cell.source).body

    assert all(isinstance(line, ast.Assign) for line in lines)
    for line in lines:
        ast.literal_eval(line.value)
    names = [target.id for line in lines for target in line.targets]
    assert names == [name.upper() for name in names]
    assert "SEED" in names


def test_nothing_but_the_text_is_in_the_file(lab: tuple[str, NotebookNode]) -> None:
    """No outputs and no numbers of runs, which would differ with every save."""
    notebook = lab[1]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_cells_are_short(lab: tuple[str, NotebookNode]) -> None:
    code = {cell.id: cell.source.count("\n") + 1 for cell in lab[1].cells if cell.cell_type == "code"}

    assert {name: lines for name, lines in code.items() if lines > MOST_LINES} == {}


def test_no_line_of_code_runs_out_of_the_page(lab: tuple[str, NotebookNode]) -> None:
    code = [cell.source for cell in lab[1].cells if cell.cell_type == "code"]

    assert [line for source in code for line in source.splitlines() if len(line) > LONGEST_LINE] == []


def test_it_ends_in_the_table_and_three_questions(lab: tuple[str, NotebookNode]) -> None:
    """The table of the paper's figures and this run's comes last of the code."""
    name, notebook = lab
    headings = [
        line.lstrip("# ")
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]

    assert any("Predict first" in heading for heading in headings)
    assert [heading for heading in headings if "Three questions" in heading]
    assert f'Results("{name}"' in "".join(code)
    assert code[-1].rstrip().endswith(".show()")
