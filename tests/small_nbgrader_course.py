"""A course as nbgrader's own pages show one: no settings of this kit but the lines in nbgrader_config.py."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ClearSolutions.begin_solution_delimeter = "~~~ ANSWER"
c.ClearSolutions.end_solution_delimeter = "~~~ DONE"
c.ClearSolutions.code_stub = {"python": "# WRITE HERE\\nraise NotImplementedError()"}
c.ClearHiddenTests.begin_test_delimeter = "~~~ SECRET"
c.ClearHiddenTests.end_test_delimeter = "~~~ OPEN"
c.Exchange.root = "/srv/exchange"
"""
OURS = """\
from autograder.commands import nbgrader_hooks
nbgrader_hooks.install(c)
"""

SQUARES = """\
def squares(n):
    # ~~~ ANSWER
    if n < 1:
        raise ValueError("n must be positive")
    return [i ** 2 for i in range(1, n + 1)]
    # ~~~ DONE"""
VISIBLE = '"""Squares are right."""\nassert squares(1) == [1]'
HIDDEN = f"{VISIBLE}\n# ~~~ SECRET\nassert squares(7)[-1] == 49\n# ~~~ OPEN"
REFUSES_0 = "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n    assert False"
PLOT = "answer = squares(LIMIT)\nprint(sum(answer) + 1)"
RIGHT = "def squares(n):\n    if n < 1:\n        raise ValueError(n)\n    return [i * i for i in range(1, n + 1)]"


def make(folder: Path, assignment: str = "ps-1") -> Path:
    """Write the course into `folder`, and return it."""
    source = folder / "source" / assignment
    source.mkdir(parents=True)
    write(folder / "source" / "header.ipynb", [new_markdown_cell("Header for all"), new_code_cell('NAME = ""')])
    write(source / "problem 1.ipynb", problem())
    (folder / "nbgrader_config.py").write_text(CONFIG + OURS)
    return folder


def problem() -> list[NotebookNode]:
    """Return the cells of the notebook: tests visible and hidden, code and words for a person, and a task."""
    return [
        new_markdown_cell("# Problem set 1"),
        marked("imports-1", "code", "import math\nLIMIT = 3", locked=True),
        new_markdown_cell("## **Part A** (2 points)\n\nWrite `squares`."),
        marked("cell-0a1b2c3d", "code", SQUARES, solution=True),
        new_code_cell("squares(3)"),
        marked("correct_squares", "code", HIDDEN, grade=True, points=1.5),
        marked("squares-of-0", "code", REFUSES_0, grade=True, points=0),
        new_markdown_cell("---\n## Part B\n\nPlot something."),
        marked("1-plot", "code", PLOT, grade=True, solution=True, points=2),
        new_markdown_cell("## Part C\n\nWhy?"),
        marked("why", "markdown", "Because the sum has three terms.", grade=True, solution=True, points=1),
        marked("cell-99ee88dd77cc66bb", "markdown", "## Part D\n\nShow a table.\n\n=== BEGIN MARK SCHEME ===\nTwo rows."
               "\n=== END MARK SCHEME ===", task=True, locked=True, points=4),
    ]  # fmt: skip


def marked(grade_id: str, cell_type: str, source: str, **kind: object) -> NotebookNode:
    """Return a cell that nbgrader knows."""
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3} | kind
    new = new_code_cell if cell_type == "code" else new_markdown_cell
    return new(source, metadata={"nbgrader": {**meta, "grade_id": grade_id}})


def write(path: Path, cells: list[NotebookNode], language: str = "python") -> None:
    """Write a notebook."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": language}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
