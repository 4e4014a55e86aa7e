"""Cells that students add: which of their failures come only from cells that grading skips.

A student may write `other = train_gan(...)` or `images.mean()` into a cell of their own. Grading skips the
cells that load data and train, so that such a cell ends in a NameError there, which tells a person nothing.
"""

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from nbformat import NotebookNode

from ..course.source_notebook import SKIPPED_TAGS
from ..session.notebook_process import CellOutcome

MAX_PARSED = 200_000  # characters of all cells of one submission; Python's parser takes 5 s and 666 MiB for a million
UNKNOWN_NAME = re.compile(r": NameError: name '(\w{1,200})' is not defined")


def reportable(source: NotebookNode, outcomes: Iterable[CellOutcome]) -> list[CellOutcome]:
    """Return the outcomes but for those of cells that lack only a name which a skipped cell would have bound."""
    given, missing = set[str](), set[str]()
    for cell in source.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader"):
            given.add(cell.metadata.nbgrader.grade_id)
            if SKIPPED_TAGS & set(cell.metadata.get("tags", [])):
                missing |= _names_bound_in(cell.source)
    found, left = [], MAX_PARSED
    for outcome in outcomes:
        unknown = UNKNOWN_NAME.search(outcome.text)
        if unknown and unknown[1] in missing and outcome.cell.label not in given:
            left -= len(outcome.statement)
            if left >= 0:
                missing |= _names_bound_in(outcome.statement)  # later ones may need what this one did not get to
        else:
            found.append(outcome)
    return found


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
