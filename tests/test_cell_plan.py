"""Which cells run, and from whose hand: deleted, copied, moved and retyped cells cost nothing."""

from __future__ import annotations

import json

import pytest

from autograder.handin import notebook_file
from autograder.handin.asked import GivenCell, Notebook, Role
from autograder.handin.cell_plan import plan


@pytest.fixture
def asked():
    return Notebook(
        {"f": "f", "g": "g"},
        {},
        [
            GivenCell("imports", Role.RUN, "import numpy"),
            GivenCell("f_solution", Role.SOLUTION),
            GivenCell("f_try", Role.TRY, "f()"),
            GivenCell("f", Role.GRADED, "# graded here"),
            GivenCell("helpers", Role.RUN, "def helper(): pass"),
            GivenCell("train", Role.TRAINING, "train()"),
            GivenCell("g_solution", Role.SOLUTION),
        ],
    )


def written(text, grade_id=None, cell_type="code"):
    """Return a cell as a student may send it."""
    metadata = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": cell_type, "metadata": metadata, "source": text, "outputs": []}


def plan_of(asked, cells):
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return plan(asked, notebook_file.read(data))


def planned(asked, cells):
    """Return (label, source) of the cells that would run for a submission of these cells."""
    return [(cell.label, cell.source) for cell in plan_of(asked, cells).cells]


def as_submitted(asked):
    """Return the cells of a finished notebook."""
    solutions = {"f_solution": "def f(): return 1", "g_solution": "def g(): return 2"}
    return [written(cell.source or solutions[cell.id], cell.id) for cell in asked.cells]


RIGHT = [
    ("imports", "import numpy"),
    ("f_solution", "def f(): return 1"),
    ("helpers", "def helper(): pass"),
    ("g_solution", "def g(): return 2"),
]


def test_the_released_notebook_runs_without_training_checks_and_grades(asked):
    """Only what graded functions need runs."""
    assert planned(asked, as_submitted(asked)) == RIGHT


def test_changed_given_cells_run_as_the_instructor_wrote_them(asked):
    """The text of a locked cell is never the student's; what a given cell defines stays so, and a sentence says it."""
    cells = as_submitted(asked)
    cells[0]["source"] = "numpy = 5"
    cells[4]["source"] = "def helper(): evil()"

    assert planned(asked, cells) == RIGHT
    assert [(note.where, note.text) for note in plan_of(asked, cells).notes] == [
        ("imports", "you changed `numpy` in a given cell; the grader uses what was given."),
        ("helpers", "you changed `helper` in a given cell; the grader uses what was given."),
    ]


def test_deleted_given_cells_are_put_back_in_their_place(asked):
    """Nothing that a graded function needs can be deleted."""
    cells = as_submitted(asked)

    assert planned(asked, [cells[1], cells[6]]) == RIGHT
    assert planned(asked, []) == [RIGHT[0], RIGHT[2]]


def test_a_solution_that_became_text_still_runs(asked):
    """Retyping a cell costs nothing."""
    cells = as_submitted(asked)
    cells[1] = {"cell_type": "markdown", "metadata": cells[1]["metadata"], "source": "def f(): return 5"}

    assert ("f_solution", "def f(): return 5") in planned(asked, cells)


def test_own_cells_run_where_they_stand_whatever_their_tags(asked):
    """A tag skips a cell only in the instructor's notebook."""
    own = {"cell_type": "code", "metadata": {"tags": ["training"]}, "source": "mine = 1", "outputs": []}
    cells = as_submitted(asked)
    cells.insert(2, own)

    assert planned(asked, cells)[2] == ("number 3", "mine = 1")


def test_a_copy_of_a_given_cell_is_the_students_own(asked):
    """The first copy is the instructor's, a second one runs as it stands."""
    cells = as_submitted(asked)
    copy = dict(cells[0], source="import json")
    cells.insert(1, copy)
    labels = [label for label, _ in planned(asked, cells)]

    assert labels[:2] == ["imports", "number 2 (a copy of imports)"]


def test_given_cells_without_metadata_are_known_by_their_text(asked):
    """Tools that strip metadata do not make training cells run."""
    cells = as_submitted(asked)
    for cell in cells:
        cell["metadata"] = {}
    texts = [text for _, text in planned(asked, cells)]

    assert "train()" not in texts
    assert "# graded here" not in texts
    assert texts.count("import numpy") == 1
