"""What the cells of the instructor's notebook do to names, read and not run, for the process that runs test cells.

There a name of a test is looked up in this order: what test cells assigned; what the notebook imports; functions and
data of given cells; and only then it is the student's.
"""

import ast
import builtins
import re
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
# `%run helpers.py`, as IPython makes it a call.
RUN = re.compile(r"get_ipython\(\)\.run_line_magic\('run', '(?:-\w+ +)*([A-Za-z_]\w*)\.py\b.*'\)", re.DOTALL)
END = 2**31  # the place of the notebook's end


def read(notebook: NotebookNode) -> dict[str, Any]:
    """Return what the cells do to names, as plain data.

    Cells that are no Python are skipped, and so are cells that never run in the grader. Each statement has a place, a
    number that rises from the first cell to the last; a test has one too.

    Returns:
        imports: [name, statement, place, whether a solution cell imports it] for each imported name, in order; the name
            of a star import is "*".
        given: [kind, names it binds, names whose value it changes, names it needs, statement, place] for each statement
            of a given cell that binds or changes a name; the kind is "import", "function", "class" or "data", of a
            class of unittest's tests "function".
        student: [name, place] for each name that a solution cell binds, other than by an import.
        changed: [name, place] for each name whose value a solution cell may change in place.
        state: names that functions bind by `global` or change in place, as far as they are called in the student's
            process: those of solution cells and classes, and what these call.
        used: the place of the last statement that uses a name in the student's process, itself or by functions that it
            calls, by name. What solution cells and classes use is used until the notebook's end; what functions of
            given cells use, where something else calls them.
        tests: the place of each test, by its id.
        docs: docstrings with examples, by the names of functions, classes and methods.
    """
    reader = _Reader()
    for cell in notebook.cells:
        meta = metadata(cell)
        if cell.cell_type != "code":
            continue
        if meta.get("solution"):
            reader.read_solution(cell.source)
        elif meta.get("grade"):
            reader.read_test(grade_id(cell))
        elif not SKIPPED_TAGS & set(cell.metadata.get("tags", [])):
            reader.read_given(cell.source)
    return reader.result()


class _Reader:
    """Goes through the cells in their order."""

    def __init__(self) -> None:
        self._place = 0
        self._imports: list[list[Any]] = []
        self._given: list[list[Any]] = []
        self._student: list[list[Any]] = []
        self._changed: list[list[Any]] = []
        self._state: set[str] = set()
        self._uses: list[tuple[frozenset[str], int]] = []  # names, and the place until which they are used
        self._functions: dict[str, statement_names.StatementNames] = {}  # of given cells
        self._tests: dict[str, int] = {}
        self._docs: dict[str, str] = {}

    def result(self) -> dict[str, Any]:
        used = self._used()
        called = [names for function, names in self._functions.items() if function in used]
        elsewhere = {*dir(builtins), *(name for name, *_ in self._imports)}  # `np.random.seed(0)` makes `np` no state
        return {
            "imports": self._imports,
            "given": self._given,
            "student": self._student,
            "changed": self._changed,
            "state": sorted(self._state.union(*map(_state_of, called)) - elsewhere),
            "used": used,
            "tests": self._tests,
            "docs": self._docs,
        }

    def read_test(self, grade_id: str) -> None:
        self._place += 1
        self._tests[grade_id] = self._place

    def read_given(self, source: str) -> None:
        for node in _statements(source):
            names = self._read(node)
            if self._read_imports(node, is_solution=False):
                continue
            kind = _kind(node)
            if kind == "function":
                self._functions |= dict.fromkeys(names.binds, names)
            else:
                self._state |= _state_of(names)
                self._uses.append((names.needs, END if kind == "class" else self._place))
            if names.binds or names.changes:
                names_as_data = [sorted(each) for each in (names.binds, names.changes, names.needs)]
                self._given.append([kind, *names_as_data, ast.unparse(node), self._place])

    def read_solution(self, source: str) -> None:
        for node in _statements(source):
            names = self._read(node)
            imported = {name for name, _ in statement_names.imports_in(node)}
            self._read_imports(node, is_solution=True)
            self._state |= _state_of(names)
            self._uses += [(names.needs, self._place), (names.needs_later, END)]
            bound, changed = (names.binds - imported) | names.binds_later, names.changes | names.changes_later
            self._student += [[name, self._place] for name in sorted(bound)]
            self._changed += [[name, self._place] for name in sorted(changed)]

    def _read(self, node: ast.stmt) -> statement_names.StatementNames:
        """Return the names of a statement, which has the next place."""
        self._place += 1
        self._docs |= _examples(node)
        return statement_names.read(node)

    def _used(self) -> dict[str, int]:
        """Return until which place each name is used."""
        used: dict[str, int] = {}
        for names, place in self._uses:
            waiting = [*names]
            while waiting:
                name = waiting.pop()
                if used.get(name, 0) < place:
                    used[name] = place
                    waiting += self._functions[name].needs if name in self._functions else ()
        return used

    def _read_imports(self, node: ast.stmt, is_solution: bool) -> bool:
        """Note what a statement imports; return whether it does nothing else."""
        magic, is_import = _imports_of_magic(node), isinstance(node, (ast.Import, ast.ImportFrom))
        found = [*magic.items()]
        if is_import or is_solution:  # a given `try: import ...` runs as a whole
            found += statement_names.imports_in(node)
        self._imports += [[name, statement, self._place, is_solution] for name, statement in found]
        return is_import or bool(magic)


def _state_of(names: statement_names.StatementNames) -> frozenset[str]:
    return names.binds_later | names.changes_later


def _statements(source: str) -> list[ast.stmt]:
    code = statements.read(source)
    return [] if code is None else [each.node for each in code.statements]


def _examples(node: ast.stmt, around: str = "") -> dict[str, str]:
    """Return the docstrings with examples of a definition and of those in a class, by their names."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {}
    docstring = ast.get_docstring(node, clean=False) or ""
    found = {around + node.name: docstring} if ">>>" in docstring else {}
    for each in node.body if isinstance(node, ast.ClassDef) else ():
        found |= _examples(each, f"{around}{node.name}.")
    return found


def _kind(node: ast.stmt) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    if isinstance(node, ast.ClassDef):  # tests that a given cell holds are tests, and run where tests run
        return "function" if any(ast.unparse(base).endswith("TestCase") for base in node.bases) else "class"
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return "function"
    return "import" if any(True for _ in statement_names.imports_in(node)) else "data"


def _imports_of_magic(node: ast.stmt) -> dict[str, str]:
    """Return what the magics `%pylab` and `%run helpers.py` import, by the names that they bind."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return {}
    call = ast.unparse(node.value)
    if call.startswith("get_ipython().run_line_magic('pylab'"):
        return PYLAB
    file = RUN.fullmatch(call)
    return {"*": f"from {file[1]} import *"} if file else {}
