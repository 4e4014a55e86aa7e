"""The corpus: right and wrong solutions of single items, each a folder with what to expect of it."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # comes with pytest

CORPUS = Path(__file__).resolve().parent / "corpus" / "hw4"


@dataclass(frozen=True)
class Case:
    """One solution: `expect.toml` names the item, its verdict and score, and the checks that it does not pass."""

    folder: Path

    @property
    def id(self) -> str:
        """Such as wrong/leaky_relu/cuts_off_below_zero."""
        return self.folder.relative_to(CORPUS).as_posix()

    @property
    def solution(self) -> str:
        """The source of the solution cell."""
        return (self.folder / "solution.py").read_text()

    @property
    def expected(self) -> dict[str, Any]:
        """What expect.toml says."""
        return tomllib.loads((self.folder / "expect.toml").read_text())


def cases(kind: str) -> list[Case]:
    """Return the cases of a kind, "right" or "wrong"."""
    return [Case(path.parent) for path in sorted((CORPUS / kind).glob("*/*/expect.toml"))]


def submission(case: Case, assignment: Assignment) -> Submission:
    """Return a submission that holds nothing but this solution; all other items are as they were released."""
    plot = case.folder / "word_vectors.png"
    alone = only(case.expected["item"], case.solution, assignment)
    files = {"word_vectors": plot.read_bytes()} if plot.exists() else {}
    return replace(alone, student=case.folder.name, files=files)


def only(item_id: str, solution: str, assignment: Assignment) -> Submission:
    """Return a submission that holds this source in one solution cell; all other items are as they were released."""
    name = assignment.item(item_id).notebook
    notebook = assignment.source_notebook(name).copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            own = cell.metadata.nbgrader.grade_id == f"{item_id}_solution"
            cell.source = solution if own else unwritten(cell.source)
    return Submission(student=item_id, notebooks={name: nbformat.writes(notebook).encode()})


def unwritten(source: str) -> str:
    """Return the first function of a cell with a body that a student has still to write."""
    function = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    function.body = ast.parse("raise NotImplementedError('write this function')").body
    return ast.unparse(function)
