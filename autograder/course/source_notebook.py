"""What the cells of the instructor's notebooks say, each mistake in one sentence that names the cell."""

import ast
import math
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..model.assignment import TestCell
from ..model.errors import ConfigError

HEADING = re.compile(r"^#+\s+(?P<title>.+?)\s*\((?P<points>[0-9]+(?:\.[0-9]+)?) points?\)\s*$", re.MULTILINE)
GRADE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # a function, a column of a table and a part of file names
FLAGS = ("grade", "solution", "locked", "task")
# Tags that count only in the instructor's notebook: the student has run these cells, and nothing graded needs them.
SKIPPED_TAGS = frozenset({"training", "try"})
SOLUTION = "_solution"  # what the id of the cell ends in that holds the function of an item


def read_notebook(path: Path) -> NotebookNode:
    """Return one of the instructor's notebooks.

    Raises:
        ConfigError: It is no notebook, or a cell says something that has no meaning.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells without an id, say: what matters is refused below
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except OSError:
        raise
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise ConfigError(
            f"{path.name} cannot be read as a notebook ({reason}): open it in Jupyter and save it again."
        ) from error
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        _refuse_metadata(path.stem, number, cell)
        if grade_id(cell) in seen:
            raise ConfigError(f"The id {grade_id(cell)} is used twice in {path.stem}: give one of the cells another.")
        seen |= {grade_id(cell)} - {""}
    for cell in notebook.cells:
        if is_code_solution(cell):
            function_in(cell.source, f"The solution cell {grade_id(cell)} of {path.stem}")
    return notebook


def graded_cells(name: str, notebook: NotebookNode) -> Iterator[tuple[str, float, str, bool]]:
    """Yield id, points, heading and whether a person marks it, of each graded cell of the notebook `name`.

    The heading of an item is in the prompt cell `<id>_prompt`. Raises ConfigError where it says other points.
    """
    headings = {}
    for cell in notebook.cells:
        match = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if match and grade_id(cell).endswith("_prompt"):
            headings[grade_id(cell).removesuffix("_prompt")] = (match["title"], float(match["points"]))
    for cell in notebook.cells:
        meta = metadata(cell)
        if not meta.get("grade"):
            continue
        item_id = grade_id(cell)
        points = _points(name, item_id, meta.get("points"))
        if item_id not in headings:
            raise ConfigError(f"{name}: item {item_id} has no prompt cell {item_id}_prompt with '... (N points)'.")
        title, stated = headings[item_id]
        if stated != points:
            raise ConfigError(f"{name}: the heading of {item_id} says {stated:g} points, its metadata {points:g}.")
        yield item_id, points, title, bool(meta.get("solution"))


def test_cells(name: str, notebook: NotebookNode) -> Iterator[TestCell]:
    """Yield the graded cells of the notebook `name` that hold code; those of comments only have checks elsewhere."""
    for cell in notebook.cells:
        meta = metadata(cell)
        if meta.get("grade") and not meta.get("solution") and cell.cell_type == "code" and has_code(cell.source):
            yield TestCell(grade_id(cell), _points(name, grade_id(cell), meta.get("points")), cell.source, name)


def has_code(source: str) -> bool:
    """Whether a graded cell says more than comments, constants and `pass`; what Python cannot read counts as code."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a magic, say
        return True
    return not all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def metadata(cell: NotebookNode) -> dict[str, Any]:
    """Return what nbgrader keeps of a cell; nothing for a cell that it does not know."""
    return cell.metadata.get("nbgrader", {})


def grade_id(cell: NotebookNode) -> str:
    """Return the id under which nbgrader knows a cell, "" if it does not."""
    return metadata(cell).get("grade_id", "")


def is_code_solution(cell: NotebookNode) -> bool:
    """Whether the function of an item is to be written in this cell."""
    return cell.cell_type == "code" and bool(metadata(cell).get("solution"))


def functions_of(source: NotebookNode) -> dict[str, str]:
    """Return the name of the function that each item's solution cell defines, by item id."""
    return {
        grade_id(cell).removesuffix(SOLUTION): function_in(cell.source, f"The solution cell {grade_id(cell)}")
        for cell in source.cells
        if is_code_solution(cell)
    }


@lru_cache(maxsize=64)
def function_in(source: str, cell: str) -> str:
    """Return the name of the first function of a cell, which is what `def` gives. Raises ConfigError for none.

    A class, a lambda with a name and an `async def` are no functions that a check can call and name.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise ConfigError(f"{cell} cannot be read as Python ({where}).") from error
    name = next((node.name for node in body if isinstance(node, ast.FunctionDef)), None)
    if name is None:
        raise ConfigError(f"{cell} defines no function: it needs a `def`; the checks call the function by its name.")
    return name


def _refuse_metadata(name: str, number: int, cell: NotebookNode) -> None:
    """Raise ConfigError for metadata of nbgrader's that have no meaning."""
    where = f"{name}: cell {number}"
    meta = cell.metadata.get("nbgrader", {})
    if not isinstance(meta, dict):
        raise ConfigError(f"{where} has {meta!r} as its nbgrader metadata: it is a table, or nothing.")
    if not meta:
        return
    known = meta.get("grade_id")
    if not isinstance(known, str) or not GRADE_ID.fullmatch(known):
        raise ConfigError(f"{where} has the grade_id {known!r}: use letters, digits and underscores.")
    for flag in FLAGS:
        if not isinstance(meta.get(flag, False), bool):
            raise ConfigError(f"{name}: {known} has {meta[flag]!r} as {flag!r}: it is true or false.")


def _points(name: str, item_id: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        said = "says no points" if value is None else f"says {value!r} points"
        raise ConfigError(f"{name}: the graded cell {item_id} {said}: give a number above 0, as in its heading.")
    return float(value)
