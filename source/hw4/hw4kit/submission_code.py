"""Read the code of a notebook without running it: which functions are written, and whether they will run alone.

The grader runs the notebook without the cells that train or draw. So a function that uses a name which only such a cell
defines works for you, and not there.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import symtable
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from . import submission_rules as rules
from .submission_notebook import Cell, Notebook
from .submission_rules import HINT, MUST, Finding, listed

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w., ]+=\s*[%!].*)$", re.MULTILINE)  # lines for the notebook, not for Python
SHELL = re.compile(r"^\s*(?:[\w., ]+=\s*)?(?:!|%%?(?:pip|conda|sh|bash|system|sx)\b)", re.MULTILINE)
CELL_MAGIC = re.compile(r"^\s*%%(?!time\b|timeit\b|capture\b)")  # the rest of the cell is not Python
STAR_IMPORT = re.compile(r"^\s*from\s+[\w.]+\s+import\s+\*", re.MULTILINE)
# What a notebook defines by itself.
ALWAYS_THERE = {*dir(builtins), "__file__", "__name__", "__doc__", "get_ipython", "display", "In", "Out", "_", "__"}
BARE = 0.5  # share of functions that may go without a comment: some need none
OPERATORS = {ast.Add: float.__add__, ast.Sub: float.__sub__, ast.Mult: float.__mul__, ast.Div: float.__truediv__}


def code_findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield what is wrong with functions that are graded, and what the grader will not be able to run."""
    own = [cell for cell in notebook.code if not cell.is_given]
    broken = {cell.name: error for cell in own if (error := syntax_error(cell.source))}
    for name, error in broken.items():
        text = f"line {error.lineno} is no Python ({error.msg}): correct it, or the whole cell is lost."
        yield Finding(MUST, f"{notebook.name}, {name}", text)
    missing, unwritten = [], []
    for function in rules.FUNCTIONS[notebook.name.removesuffix(".ipynb")].values():
        found = [(cell, node) for cell in own for node in _functions(cell.source) if node.name == function]
        if not found and not any(cell.name in broken and f"def {function}" in cell.source for cell in own):
            missing.append(function)
        elif found and is_stub(found[-1][1]):
            unwritten.append(function)
        if len(found) > 1:
            last = found[-1][0].name
            text = f"{function} is defined {len(found)} times; the one in {last} counts. Delete the others."
            yield Finding(HINT, notebook.name, text)
    if missing:
        yield Finding(MUST, notebook.name, f"no function has the name {listed(missing, 9)}: keep the names as given.")
    if unwritten:
        text = f"not written yet: {listed(unwritten, 9)}. Replace the line that raises, and run the cell."
        yield Finding(MUST, notebook.name, text)
    yield from _unreachable(notebook)
    worked_on = _worked_on(notebook)
    bare = [cell.grade_id.removesuffix("_solution") for cell in worked_on if not has_comment(cell)]
    if len(bare) > len(worked_on) * BARE:
        text = f"comments are asked for, and there is none in {listed(bare, 9)}: say in a line why it is done so."
        yield Finding(HINT, notebook.name, text)


def _worked_on(notebook: Notebook) -> list[Cell]:
    """Return the solution cells with code of the student's that is worth a comment."""
    cells = [cell for cell in notebook.code if cell.is_solution and cell.grade_id != "word_vectors_solution"]
    return [cell for cell in cells if _functions(cell.source) and not all(map(is_stub, _functions(cell.source)))]


def has_comment(cell: Cell) -> bool:
    """Whether there is a comment in the cell's code."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(plain_python(cell.source)).readline))
    except (tokenize.TokenError, SyntaxError):
        return "#" in cell.source
    return any(token.type == tokenize.COMMENT and token.string.strip("#! ") for token in tokens)


def plain_python(source: str) -> str:
    """Return the source with `pass` in place of lines that are for the notebook."""
    if CELL_MAGIC.match(source):
        return "pass"
    return MAGIC.sub(lambda match: f"{match[1]}pass", source)


def syntax_error(source: str) -> SyntaxError | None:
    """Return what Python refuses in a cell, None if nothing."""
    try:
        compile(plain_python(source), "cell", "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None


@lru_cache(maxsize=512)
def _functions(source: str) -> tuple[ast.FunctionDef, ...]:
    """Return the functions that a cell defines, none if it is no Python."""
    if syntax_error(source):
        return ()
    return tuple(node for node in ast.parse(plain_python(source)).body if isinstance(node, ast.FunctionDef))


def is_stub(function: ast.FunctionDef) -> bool:
    """Whether the function does nothing yet, or still raises NotImplementedError on the way to its end."""
    body = function.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return all(isinstance(node, ast.Pass) for node in body) or any(
        isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node) for node in body
    )


@dataclass(frozen=True)
class Names:
    """What a cell defines for other cells, and what it needs of them."""

    defined: frozenset[str]
    needed: frozenset[str]


@lru_cache(maxsize=512)
def names_in(source: str) -> Names:
    """Return the global names of a cell; none if it is no Python."""
    try:
        top = symtable.symtable(plain_python(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Names(frozenset(), frozenset())
    defined = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    needed = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    tables = top.get_children()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        symbols = [symbol for symbol in table.get_symbols() if symbol.is_global()]
        needed |= {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
        defined |= {symbol.get_name() for symbol in symbols if symbol.is_declared_global() and symbol.is_assigned()}
    return Names(frozenset(defined), frozenset(needed))


def _unreachable(notebook: Notebook) -> Iterator[Finding]:
    """Yield the cells of the student's that need what the grader does not have, or must not run.

    Of an own cell that needs what training leaves behind nothing is said: the grader says nothing of it either.
    """
    run, skipped = set(ALWAYS_THERE), set[str]()
    for cell in notebook.code:
        (skipped if cell.is_skipped else run).update(names_in(cell.source).defined)
    for cell in notebook.code:
        if cell.is_own and names_in(cell.source).needed & (skipped - run):
            skipped |= names_in(cell.source).defined
            run -= names_in(cell.source).defined
    anything = any(STAR_IMPORT.search(cell.source) for cell in notebook.code)  # may have come by a star
    for cell in notebook.code:
        if cell.is_given:
            continue
        where, lost = f"{notebook.name}, {cell.name}", names_in(cell.source).needed - run
        mark = MUST if cell.is_solution else HINT
        known = sorted(f"`{name}`" for name in lost & skipped)
        if known and cell.is_solution:
            text = f"it uses {listed(known)}, of a cell that the grader skips: define or import it in this cell."
            yield Finding(MUST, where, text)
        if (unknown := sorted(f"`{name}`" for name in lost - skipped)) and not anything:
            text = f"it uses {listed(unknown)}, which no cell defines: correct the name, or put back what you deleted."
            yield Finding(mark, where, text)
        if SHELL.search(cell.source):
            yield Finding(mark, where, "it starts another program, which the grader forbids: delete that line again.")


def stated_minutes(notebook: Notebook) -> float | None:
    """Return the number that run_time_minutes returns, None where it is not plainly written."""
    found = [node for cell in notebook.code for node in _functions(cell.source) if node.name == "run_time_minutes"]
    returns = [node for node in ast.walk(found[-1]) if isinstance(node, ast.Return)] if found else []
    return _value(returns[-1].value) if returns else None


def _value(node: ast.expr | None) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if left is None or right is None or (right == 0 and isinstance(node.op, ast.Div)):
            return None
        return OPERATORS[type(node.op)](left, right)
    return None
