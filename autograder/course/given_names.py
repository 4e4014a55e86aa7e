"""What the cells of the instructor's notebook do to names, read and not run, for the process that runs test cells.

There a name of a test is looked up in this order: what test cells assigned; what the notebook imports; functions and
data of given cells; and only then it is the student's.
"""

import ast
from typing import Any

from nbformat import NotebookNode

from ..handin import statements
from . import statement_names
from .source_notebook import SKIPPED_TAGS, grade_id, metadata

# `%pylab` is short for these.
PYLAB = {
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
    "numpy": "import numpy",
    "*": "from pylab import *",
}


def read(notebook: NotebookNode) -> dict[str, Any]:
    """Return what the cells do to names, as plain data.

    Cells that are no Python are skipped, and so are cells that never run in the grader.

    Returns:
        imports: [name, statement, cell, whether a solution cell imports it] for each imported name, in order; the name
            of a star import is "*".
        given: [kind, names it binds, names whose value it changes, names it needs, statement, cell] for each statement
            of a given cell that binds or changes a name; the kind is "import", "function", "class" or "data".
        student: [name, cell] for each name that a solution cell binds, other than by an import, or changes in place.
        state: names that functions of the notebook bind by `global`, or change in place, when they are called.
        cell_of: the cell of each test, by its id.
    """
    reader = _Reader()
    for index, cell in enumerate(notebook.cells):
        meta = metadata(cell)
        if cell.cell_type != "code":
            continue
        if meta.get("solution"):
            reader.read_solution(cell.source, index)
        elif meta.get("grade"):
            reader.cell_of[grade_id(cell)] = index
        elif not SKIPPED_TAGS & set(cell.metadata.get("tags", [])):
            reader.read_given(cell.source, index)
    return {
        "imports": reader.imports,
        "given": reader.given,
        "student": reader.student,
        "state": sorted(reader.state),
        "cell_of": reader.cell_of,
    }


class _Reader:
    """Goes through the cells in their order."""

    def __init__(self) -> None:
        self.imports: list[list[Any]] = []
        self.given: list[list[Any]] = []
        self.student: list[list[Any]] = []
        self.state: set[str] = set()
        self.cell_of: dict[str, int] = {}

    def read_given(self, source: str, index: int) -> None:
        for node in _statements(source):
            if self._read_imports(node, index, is_solution=False):
                continue
            names = statement_names.read(node)
            self.state |= names.keeps_state
            if names.binds or names.changes:
                names_as_data = [sorted(each) for each in (names.binds, names.changes, names.needs)]
                self.given.append([_kind(node), *names_as_data, ast.unparse(node), index])

    def read_solution(self, source: str, index: int) -> None:
        for node in _statements(source):
            names = statement_names.read(node)
            imported = {name for name, _ in statement_names.imports_in(node)}
            self._read_imports(node, index, is_solution=True)
            self.state |= names.keeps_state
            touched = (names.binds - imported) | names.changes | names.keeps_state
            self.student += [[name, index] for name in sorted(touched)]

    def _read_imports(self, node: ast.stmt, index: int, is_solution: bool) -> bool:
        """Note what a statement imports; return whether it does nothing else."""
        if _is_pylab(node):
            self.imports += [[name, statement, index, is_solution] for name, statement in PYLAB.items()]
        is_import = isinstance(node, (ast.Import, ast.ImportFrom))
        if is_import or is_solution:  # a given `try: import ...` runs as a whole
            found = statement_names.imports_in(node)
            self.imports += [[name, statement, index, is_solution] for name, statement in found]
        return is_import or _is_pylab(node)


def _statements(source: str) -> list[ast.stmt]:
    code = statements.read(source)
    return [] if code is None else [each.node for each in code.statements]


def _kind(node: ast.stmt) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return "function"
    return "import" if any(True for _ in statement_names.imports_in(node)) else "data"


def _is_pylab(node: ast.stmt) -> bool:
    """Return whether this is what IPython makes of `%pylab`."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value).startswith("get_ipython().run_line_magic('pylab'")
    )
