"""Read the code of a cell without running it: what is no Python, which names it defines, and which it needs."""

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

try:
    from IPython.core.inputtransformer2 import TransformerManager
except ModuleNotFoundError:  # in a Python without notebooks, where magics are no Python
    TransformerManager = None  # type: ignore[assignment, misc]

# What a notebook defines by itself.
ALWAYS_THERE = {*dir(builtins), "__file__", "__name__", "__doc__", "get_ipython", "display", "In", "Out", "_", "__"}


class Names(NamedTuple):
    """What a cell defines for other cells, and what it needs of them."""

    defined: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def as_python(source: str) -> str:
    """Return what IPython runs for a cell: magics, `!commands` and `name?` have become calls."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of line ends that only some see
            return TransformerManager().transform_cell(source)
    except Exception:  # of its tokenizer, say: then the source is no Python, and the compiler says why
        return source


def syntax_error(source: str) -> SyntaxError | None:
    """Return what Python refuses in a cell, None if nothing."""
    try:
        compile(as_python(source), "cell", "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None


@lru_cache(maxsize=512)
def names_in(source: str) -> Names:
    """Return the global names of a cell; none if it is no Python."""
    return names_of(as_python(source))


def names_of(code: str) -> Names:
    """Return the global names of Python code; none if it is no Python."""
    try:
        top = symtable.symtable(code, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
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


def is_unwritten(source: str, function: str) -> bool:
    """Whether what a cell gives the name last is a `def` that does nothing, or raises NotImplementedError first."""
    if syntax_error(source):
        return False
    nodes = ast.parse(as_python(source)).body
    found = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function]
    later = [node for node in nodes if found and node.lineno > found[-1].lineno]
    if not found or any(function in names_in(ast.unparse(node)).defined for node in later):
        return False
    return is_stub(found[-1])


def is_stub(node: ast.AST) -> bool:
    """Whether this is a function that does nothing, or raises NotImplementedError before anything else can end it."""
    return isinstance(node, ast.FunctionDef) and (
        all(isinstance(each, ast.Pass) for each in _body(node)) or _first_raise(node) is not None
    )


def raise_left(node: ast.AST) -> int | None:
    """Return the line of a `raise NotImplementedError` that keeps a function's own code from its end, None for none."""
    if not isinstance(node, ast.FunctionDef) or (left := _first_raise(node)) is None:
        return None
    own = [each for each in _body(node) if each is not left and not isinstance(each, ast.Pass)]
    return left.lineno if own else None


def _body(node: ast.FunctionDef) -> list[ast.stmt]:
    """Return the statements of a function without docstring, `...` and other texts."""
    return [each for each in node.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]


def _first_raise(node: ast.FunctionDef) -> ast.Raise | None:
    """Return the statement that raises NotImplementedError in any case, because no `return` comes before it."""
    for each in _body(node):
        if isinstance(each, ast.Raise) and "NotImplementedError" in ast.dump(each):
            return each
        if any(isinstance(inner, ast.Return) for inner in _own_nodes(each)):
            return None
    return None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a statement and what is in it, but for functions that it defines."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if not isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(found)
