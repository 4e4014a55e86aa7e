"""What the cells of the instructor's notebooks say, each mistake in one sentence that names the cell."""

import ast
import math
import re
import shlex
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..handin.asked import SOLUTION
from ..model.assignment import TestCell
from ..model.cell_regions import CellRegions
from ..model.errors import ConfigError
from .nbgrader_options import CONFIG_FILE, Options

HEADING = re.compile(r"^#+\s+(?P<title>.+?)\s*\((?P<points>[0-9]+(?:\.[0-9]+)?) points?\)\s*$", re.MULTILINE)
GRADE_ID = re.compile(r"[A-Za-z0-9_-]+")  # as nbgrader has it
FLAGS = ("grade", "solution", "locked", "task")
SCHEMA = 3  # of the metadata that nbgrader of today writes
AUTOTEST = re.compile(r"^\s*###\s*(?:HASHED\s+)?AUTOTEST\b", re.MULTILINE)
# Tags that count only in the instructor's notebook: the student has run these cells, and nothing graded needs them.
SKIPPED_TAGS = frozenset({"training", "try"})
PROMPT = "_prompt"  # what the id of the cell ends in that asks for an item
PYTHON = ("python", "ipython")
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class GradedCell:
    """A cell that earns points, as the instructor wrote it."""

    id: str
    points: float
    is_marked: bool  # by a person
    is_task: bool
    is_code: bool
    title: str  # in its prompt; "" where there is none


def read_notebook(path: Path, options: Options = Options()) -> NotebookNode:
    """Return one of the instructor's notebooks, with the cells that the course puts before and after each.

    Raises:
        ConfigError: It is no notebook, or a cell says something that has no meaning.
    """
    notebook = _read(path)
    _refuse_language(path.name, notebook)
    before, after = (_read(each).cells if each else [] for each in (options.header, options.footer))
    notebook.cells = [*before, *notebook.cells, *after]
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        _refuse_metadata(path, number, cell)
        if grade_id(cell) in seen:
            raise ConfigError(f"The id {grade_id(cell)} is used twice in {path.stem}: give one of the cells another.")
        seen |= {grade_id(cell)} - {""}
    return notebook


def graded_cells(name: str, notebook: NotebookNode) -> Iterator[GradedCell]:
    """Yield what earns points in the notebook `name`: graded cells, and tasks that a person marks.

    Where there is a cell `<id>_prompt` with a heading that says points, ConfigError is raised if they are others.
    """
    headings = {}
    for cell in notebook.cells:
        match = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if match and grade_id(cell).endswith(PROMPT):
            headings[grade_id(cell).removesuffix(PROMPT)] = (match["title"], float(match["points"]))
    for cell in notebook.cells:
        meta, item_id = metadata(cell), grade_id(cell)
        if not (meta.get("grade") or meta.get("task")):
            continue
        points = _points(name, item_id, meta.get("points"))
        title, stated = headings.get(item_id, ("", points))
        if stated != points:
            raise ConfigError(f"{name}: the heading of {item_id} says {stated:g} points, its metadata {points:g}.")
        is_code, is_task = cell.cell_type == "code", bool(meta.get("task"))
        is_marked = is_task or bool(meta.get("solution")) or not is_code
        yield GradedCell(item_id, points, is_marked, is_task, is_code, title)


def test_cells(name: str, notebook: NotebookNode, regions: CellRegions) -> Iterator[TestCell]:
    """Yield the graded cells of the notebook `name` that hold code; those of comments only have checks elsewhere."""
    sources = {grade_id(cell): cell.source for cell in notebook.cells}
    for cell in graded_cells(name, notebook):
        if not cell.is_marked and has_code(sources[cell.id]):
            source = sources[cell.id]
            yield TestCell(cell.id, cell.points, source, name, regions.visible_lines(source))


def has_code(source: str) -> bool:
    """Whether a graded cell says more than comments, constants and `pass`; what Python cannot read counts as code."""
    try:
        body = _parsed(source)
    except UNREADABLE:  # a magic, say
        return True
    return not all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def metadata(cell: NotebookNode) -> dict[str, Any]:
    """Return what nbgrader keeps of a cell; nothing for a cell that it does not know."""
    return cell.metadata.get("nbgrader", {})


def grade_id(cell: NotebookNode) -> str:
    """Return the id under which nbgrader knows a cell, "" if it does not: one that is free has no place of its own."""
    meta = metadata(cell)
    return meta.get("grade_id", "") if any(meta.get(flag) for flag in FLAGS) else ""


def is_code_solution(cell: NotebookNode) -> bool:
    """Whether students write code into this cell."""
    return cell.cell_type == "code" and bool(metadata(cell).get("solution"))


def functions_of(name: str, source: NotebookNode, tested: Collection[str]) -> dict[str, str]:
    """Return by item the function that hidden checks call: the first one that the cell `<id>_solution` defines.

    An item without such a cell is graded by something else than a function, such as a file. Raises ConfigError where
    the cell defines none, unless the item is `tested` by its own cell.
    """
    items = {grade_id(cell) for cell in source.cells if metadata(cell).get("grade")}
    found = {}
    for cell in source.cells:
        item_id = grade_id(cell).removesuffix(SOLUTION)
        if is_code_solution(cell) and item_id != grade_id(cell) and item_id in items:
            defined = functions_in(cell.source)
            if defined or item_id not in tested:
                where = f"The solution cell {grade_id(cell)} of {name}"
                found[item_id] = defined[0] if defined else function_in(cell.source, where)
    return found


def functions_in(source: str) -> list[str]:
    """Return the functions that a cell defines; none of one that cannot be read as Python."""
    return [node.name for node in _body(source) if isinstance(node, ast.FunctionDef)]


def solutions_of(source: NotebookNode) -> dict[str, list[str]]:
    """Return for each graded cell the ids of the cells in which students write what it grades.

    That is `<id>_solution`, or the cell itself, or the solution cells since the last graded cell; several graded cells
    in a row grade the same.
    """
    every = {grade_id(cell) for cell in source.cells if is_code_solution(cell)}
    found, since, is_new = dict[str, list[str]](), list[str](), False
    for cell in source.cells:
        name, meta = grade_id(cell), metadata(cell)
        if is_code_solution(cell):
            since = [name] if not is_new else [*since, name]
            is_new = True
        if meta.get("grade") and cell.cell_type == "code":
            own = [name] if meta.get("solution") else [f"{name}{SOLUTION}"] if f"{name}{SOLUTION}" in every else since
            found[name], is_new = own, False
    return found


@lru_cache(maxsize=64)
def function_in(source: str, cell: str) -> str:
    """Return the name of the first function of a cell, which is what `def` gives. Raises ConfigError for none.

    A class, a lambda with a name and an `async def` are no functions that a check can call and name.
    """
    try:
        body = _parsed(source)
    except UNREADABLE as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise ConfigError(f"{cell} cannot be read as Python ({where}).") from error
    name = next((node.name for node in body if isinstance(node, ast.FunctionDef)), None)
    if name is None:
        raise ConfigError(f"{cell} defines no function: it needs a `def`; the checks call the function by its name.")
    return name


def _parsed(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of texts with a backslash, say
        return ast.parse(source).body


def _body(source: str) -> list[ast.stmt]:
    try:
        return _parsed(source)
    except UNREADABLE:
        return []


def _read(path: Path) -> NotebookNode:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells without an id, say: what matters is refused later
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
            return notebook
    except FileNotFoundError as error:
        raise ConfigError(f"There is no notebook {path}: correct {CONFIG_FILE}, which names it.") from error
    except OSError:
        raise
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise ConfigError(
            f"{path.name} cannot be read as a notebook ({reason}): open it in Jupyter and save it again."
        ) from error


def _refuse_language(file: str, notebook: NotebookNode) -> None:
    spec, info = (notebook.metadata.get(name, {}) for name in ("kernelspec", "language_info"))
    language = spec.get("language") or info.get("name") or PYTHON[0]
    if str(language).lower() not in PYTHON:
        raise ConfigError(
            f"{file} is a notebook in {language}: only Python can be graded here, so move it out of the assignment."
        )


def _refuse_metadata(path: Path, number: int, cell: NotebookNode) -> None:
    """Raise ConfigError for metadata of nbgrader's that have no meaning."""
    name, where = path.stem, f"{path.stem}: cell {number}"
    meta = cell.metadata.get("nbgrader", {})
    if not isinstance(meta, dict):
        raise ConfigError(f"{where} has {meta!r} as its nbgrader metadata: it is a table, or nothing.")
    if not meta:
        return
    version = meta.get("schema_version", 0)
    if not isinstance(version, int) or version != SCHEMA:
        todo = (
            f"run `nbgrader update {shlex.quote(str(path.parent))}` once, which writes version {SCHEMA}"
            if isinstance(version, int) and version < SCHEMA
            else f"save it with a version of nbgrader that writes version {SCHEMA}"
        )
        raise ConfigError(f"{where} has nbgrader metadata of version {version!r}: {todo}.")
    known = meta.get("grade_id")
    for flag in FLAGS:
        if not isinstance(meta.get(flag, False), bool):
            raise ConfigError(f"{where}, {known}, has {meta[flag]!r} as {flag!r}: it is true or false.")
    if not any(meta.get(flag) for flag in FLAGS):
        return
    if not isinstance(known, str) or not GRADE_ID.fullmatch(known):
        raise ConfigError(f"{where} has the grade_id {known!r}: use letters, digits, hyphens and underscores.")
    if meta.get("grade") and cell.cell_type == "code" and AUTOTEST.search(cell.source):
        raise ConfigError(
            f"{name}: {known} has a line ### AUTOTEST, which nbgrader turns into tests by running the notebook in a "
            "kernel: write the assertion itself in its place."
        )


def _points(name: str, item_id: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        said = "says no points" if value is None else f"says {value!r} points"
        raise ConfigError(f"{name}: the graded cell {item_id} {said}: give a number, 0 or more.")
    return float(value)
