"""What could not run of the cells of a notebook, and which of it matters to whom."""

import ast
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from .asked import Notebook, Role
from .cell_plan import Cell

MAX_PARSED = 200_000  # characters of all cells of one submission; Python's parser takes 5 s and 666 MiB for a million
MAX_SEARCHED = 2000  # characters of a statement
UNKNOWN_NAME = re.compile(r": NameError: name '(\w{1,200})' is not defined")


class Outcome(Protocol):
    """A statement, or a whole cell, that did not run."""

    @property
    def cell(self) -> Cell:
        """The cell that holds it."""

    @property
    def text(self) -> str:
        """A sentence that says where, and what was raised."""

    @property
    def statement(self) -> str:
        """The source of the statement; "" for the whole cell."""


Some = TypeVar("Some", bound=Outcome)


def reportable(asked: Notebook, outcomes: Iterable[Some], skipped: Collection[str] = ()) -> list[Some]:
    """Return the outcomes but for those of students' cells that lack only a name which a skipped cell would have bound.

    A student may write `other = train_gan(...)` or `images.mean()` into a cell of their own. Grading skips the
    cells that load data and train, so that such a line ends in a NameError there, which tells a person nothing.
    `skipped` are the names of such cells as the student has changed them.
    """
    return sorted_out(asked, outcomes, skipped)[0]


def sorted_out(asked: Notebook, outcomes: Iterable[Some], skipped: Collection[str] = ()) -> tuple[list[Some], set[str]]:
    """Return what is reportable, and the names that are not there because cells are skipped."""
    given, missing = {cell.id for cell in asked.cells}, names_of_skipped_cells(asked) | {*skipped}
    found, left = list[Some](), MAX_PARSED
    for outcome in outcomes:
        unknown = UNKNOWN_NAME.search(outcome.text)
        if unknown and unknown[1] in missing and outcome.cell.label not in given:
            left -= len(outcome.statement)
            if left >= 0:
                missing |= _names_bound_in(outcome.statement)  # later ones may need what this one did not get to
        else:
            found.append(outcome)
    return found, missing


def names_of_skipped_cells(asked: Notebook) -> set[str]:
    """Return the names that the given cells bind which do not run when the notebook is graded."""
    sources = [cell.source for cell in asked.cells if cell.role in (Role.TRAINING, Role.TRY)]
    return {name for source in sources for name in _names_bound_in(source)}


def why_not_defined(function: str, solution_cell: str, outcomes: Sequence[Some]) -> Some | None:
    """Return what explains best that a function is not there: the statement that makes it, and what that one lacked."""
    name = re.escape(function)
    makes = re.compile(rf"\b(?:def|as)\s+{name}\b|\bimport\b.*\b{name}\b|\b{name}\b[^=\n(]*=(?!=)")
    by_statement = [outcome for outcome in outcomes if makes.search(outcome.statement[:MAX_SEARCHED])]
    by_cell = [each for each in outcomes if each.cell.label == solution_cell or f"def {function}" in each.cell.source]
    best = next(iter([*by_statement, *by_cell]), None)
    unknown = UNKNOWN_NAME.search(best.text) if best is not None else None
    if unknown is None:
        return best
    lacked = re.compile(rf"\b{re.escape(unknown[1])}\b")
    return next((outcome for outcome in outcomes if lacked.search(outcome.statement)), best)


@lru_cache(maxsize=64)  # the instructor's cells are asked for with every submission
def _names_bound_in(source: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()  # magics, or a student's notes
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return frozenset(bound) | {
        name.asname or name.name.split(".")[0]
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    }
