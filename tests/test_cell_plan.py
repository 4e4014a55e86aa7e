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
        ("the cell imports", "you changed `numpy` in a given cell; the grader uses what was given."),
        ("the cell helpers", "you changed `helper` in a given cell; the grader uses what was given."),
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


# --- what students write into given cells ---


def changed(asked, **texts):
    """Return a finished notebook in which these cells say something else."""
    return [cell | {"source": texts.get(name, cell["source"])} for name, cell in named(asked)]


def named(asked):
    return [(cell["metadata"]["nbgrader"]["grade_id"], cell) for cell in as_submitted(asked)]


def notes(asked, cells):
    return [f"{note.mark} {note.where}: {note.text}" for note in plan_of(asked, cells).notes]


def test_what_was_added_to_a_given_cell_runs_after_it_in_its_own_lines(asked):
    """The lines that were given are empty, so that messages name the student's lines."""
    cells = changed(
        asked, imports="# mine\nimport numpy\nimport math; import numpy\n\ndef root(x):\n    return x  # of x"
    )

    assert planned(asked, cells)[:2] == [
        RIGHT[0],
        ("added to imports", "\n\nimport math\n\ndef root(x):\n    return x  # of x"),
    ]
    assert notes(asked, cells) == [
        "hint the cell imports: you added lines 3, 5 to 6 to a given cell; the grader runs what was given, then what "
        "you added. Keep your own code in cells of your own."
    ]


def test_a_copy_in_other_words_is_no_change(asked):
    """Comments, blanks and brackets say nothing."""
    cells = changed(asked, imports="# libraries\nimport  numpy\n", helpers="def helper():\n    pass  # nothing")

    assert planned(asked, cells) == RIGHT
    assert notes(asked, cells) == []


def test_a_copy_that_is_no_python_adds_nothing(asked):
    """The given cell runs, and a sentence names the line."""
    cells = changed(asked, imports="import numpy\nimport math as\n")

    assert planned(asked, cells) == RIGHT
    assert notes(asked, cells) == [
        "hint the cell imports: line 2 is no Python (invalid syntax), so that nothing you added to this given cell "
        "runs."
    ]


@pytest.mark.parametrize("cell", ["f_try", "f", "train"])
def test_what_others_need_is_found_in_cells_that_do_not_run(asked, cell):
    """And nothing else of them: neither training, nor what only they use."""
    given = {"f_try": "f()", "f": "# graded here", "train": "train(epochs=1)"}[cell]
    text = (
        f"import math\nimport json\nLIMIT, more = 5, train()\nEDGE = math.pi\n{given}\ndef g(): return EDGE\nplot(g())"
    )
    cells = changed(asked, **{cell: text, "g_solution": ""})
    labels = dict(planned(asked, cells))

    assert labels[f"added to {cell}"] == "import math\n\n\nEDGE = math.pi\n\ndef g(): return EDGE"
    assert "found `EDGE`, `g`, `math` in it" in notes(asked, cells)[0]


def test_training_is_not_run_for_what_it_gives(asked):
    """A changed training cell stays out, whatever other cells need of it."""
    cells = [*changed(asked, train="mine = train(epochs=1)"), written("print(mine.loss)")]

    assert planned(asked, cells) == [*RIGHT, ("number 8", "print(mine.loss)")]


def test_cells_that_do_not_run_stay_out_of_those_that_they_were_merged_with(asked):
    """Of a merged cell its own part runs; numbers in a call may differ."""
    cells = changed(asked, g_solution="train(epochs=9)\ndef g(): return 2", helpers="def helper(): pass\nf()")
    cells = [cell for cell, (name, _) in zip(cells, named(asked), strict=True) if name not in ("train", "f_try")]

    assert planned(asked, cells) == [*RIGHT[:3], ("g_solution", "\ndef g(): return 2")]


# --- functions as they were released ---

STUB = "def g():\n    raise NotImplementedError"


@pytest.mark.parametrize(
    "unwritten", [STUB, "def g():\n    pass", "def g():\n    '''Return 2.'''\n    ...", f"x = 1\n{STUB}"]
)
def test_no_stub_takes_the_place_of_a_function_above_it(asked, unwritten):
    """What else its cell says still runs."""
    cells = [written("def g(): return 3"), *changed(asked, g_solution=unwritten)]
    texts = [text for _, text in planned(asked, cells)]

    assert "def g(): return 3" in texts
    assert not any("raise" in text or "pass" in text.replace("helper(): pass", "") or "..." in text for text in texts)
    assert ("x = 1" in texts) == ("x = 1" in unwritten)
    assert notes(asked, cells) == [
        "hint the cell g_solution: `g` is not written here, so the one in cell 1 counts: delete this one."
    ]


@pytest.mark.parametrize("above", ["g = None", "def g(): return 3", "from mine import g"])
def test_a_written_function_stays_whatever_is_above_it(asked, above):
    """The last one counts, as in the notebook."""
    cells = [written(above), *as_submitted(asked)]

    assert planned(asked, cells) == [("number 1", above), *RIGHT]
    assert notes(asked, cells) == []


def test_a_line_that_still_raises_above_code_is_named(asked):
    """It must go; below a return it does nothing."""
    above = changed(asked, g_solution="def g():\n    x = 2\n    raise NotImplementedError\n    return x")
    below = changed(asked, g_solution="def g():\n    return 2\n    raise NotImplementedError")

    assert notes(asked, above) == [
        "must the cell g_solution: line 3 still raises NotImplementedError, so that your code in `g` does not count: "
        "delete that line."
    ]
    assert notes(asked, below) == []


def test_of_a_cell_without_metadata_the_function_tells_which_it_is(asked):
    """So that a given cell which is gone comes back above it."""
    cells = [written("import numpy"), written("def f(): return 1"), written("def g(): return helper()")]

    assert planned(asked, cells) == [*RIGHT[:3], ("g_solution", "def g(): return helper()")]


def test_prose_in_place_of_a_solution_does_not_run(asked):
    """The student reads why."""
    cells = as_submitted(asked)
    cells[1] = written("I moved my function to the end.", "f_solution", "markdown")

    assert planned(asked, cells) == [RIGHT[0], *RIGHT[2:]]
    assert notes(asked, cells) == [
        "hint the cell f_solution: this cell is text now, and no code: turn it back into a code cell."
    ]


def test_of_many_odd_cells_as_many_are_said_as_somebody_reads(asked):
    """The others are counted."""
    cells = [*as_submitted(asked), *(written(f"f()\nf = n{n} = {n}", "f_try") for n in range(40))]

    assert len(notes(asked, cells)) == 31
    assert notes(asked, cells)[-1] == "hint : 10 more cells are such."
