"""Which cells run, and from whose hand: deleted, copied, moved and retyped cells cost nothing."""

from __future__ import annotations

import json

import nbformat
import pytest

from autograder.grading.cell_plan import plan
from autograder.handin import notebook_file


def given_cell(text, grade_id, *, cell_type="code", solution=False, grade=False, tags=()):
    make = nbformat.v4.new_code_cell if cell_type == "code" else nbformat.v4.new_markdown_cell
    meta = {"grade_id": grade_id, "locked": not solution, "solution": solution, "grade": grade, "schema_version": 3}
    return make(text, metadata={"nbgrader": meta, "tags": list(tags)})


@pytest.fixture
def source():
    return nbformat.v4.new_notebook(
        cells=[
            given_cell("import numpy", "imports"),
            given_cell("def f(): return 1", "f_solution", solution=True),
            given_cell("f()", "f_try", tags=["try"]),
            given_cell("0.0", "f", grade=True),
            given_cell("def helper(): pass", "helpers"),
            given_cell("train()", "train", tags=["training"]),
            given_cell("def g(): return 2", "g_solution", solution=True),
        ]
    )


def planned(source, cells):
    """Return (label, source) of the cells that would run for a submission of these cells."""
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return [(cell.label, cell.source) for cell in plan(source, notebook_file.read(data))]


def as_submitted(source):
    return json.loads(nbformat.writes(source))["cells"]


RIGHT = [
    ("imports", "import numpy"),
    ("f_solution", "def f(): return 1"),
    ("helpers", "def helper(): pass"),
    ("g_solution", "def g(): return 2"),
]


def test_the_released_notebook_runs_without_training_checks_and_grades(source):
    """Only what graded functions need runs."""
    assert planned(source, as_submitted(source)) == RIGHT


def test_changed_given_cells_run_as_the_instructor_wrote_them(source):
    """The text of a locked cell is never the student's."""
    cells = as_submitted(source)
    cells[0]["source"] = "evil()"
    cells[4]["source"] = "def helper(): evil()"

    assert planned(source, cells) == RIGHT


def test_deleted_given_cells_are_put_back_in_their_place(source):
    """Nothing that a graded function needs can be deleted."""
    cells = as_submitted(source)

    assert planned(source, [cells[1], cells[6]]) == RIGHT
    assert planned(source, []) == [RIGHT[0], RIGHT[2]]


def test_a_solution_that_became_text_still_runs(source):
    """Retyping a cell costs nothing."""
    cells = as_submitted(source)
    cells[1] = {"cell_type": "markdown", "metadata": cells[1]["metadata"], "source": "def f(): return 5"}

    assert ("f_solution", "def f(): return 5") in planned(source, cells)


def test_own_cells_run_where_they_stand_whatever_their_tags(source):
    """A tag skips a cell only in the instructor's notebook."""
    own = {"cell_type": "code", "metadata": {"tags": ["training"]}, "source": "mine = 1", "outputs": []}
    cells = as_submitted(source)
    cells.insert(2, own)

    assert planned(source, cells)[2] == ("number 3", "mine = 1")


def test_a_copy_of_a_given_cell_is_the_students_own(source):
    """The first copy is the instructor's, a second one runs as it stands."""
    cells = as_submitted(source)
    copy = dict(cells[0], source="import json")
    cells.insert(1, copy)
    labels = [label for label, _ in planned(source, cells)]

    assert labels[:2] == ["imports", "number 2 (a copy of imports)"]


def test_given_cells_without_metadata_are_known_by_their_text(source):
    """Tools that strip metadata do not make training cells run."""
    cells = as_submitted(source)
    for cell in cells:
        cell["metadata"] = {}
    texts = [text for _, text in planned(source, cells)]

    assert "train()" not in texts
    assert "0.0" not in texts
    assert texts.count("import numpy") == 1
