"""What one statement of a notebook does to names: which it binds, whose value it changes in place, which it needs."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# Methods of lists, sets, dictionaries, queues and frames that change their object also where their result is used.
CHANGING = frozenset(
    """
    add append appendleft clear discard extend fill insert intersection_update pop popitem popleft remove reverse rotate
    setdefault shuffle sort subtract symmetric_difference_update update
    """.split()
)
# Functions of libraries that change an argument: `random.shuffle(cards)`. Others draw it, compare it or write it down.
CHANGES_ARGUMENT = frozenset(
    """
    copyto fill_diagonal heapify heappop heappush heapreplace insort insort_left insort_right place put putmask shuffle
    """.split()
)
# Calls that stand alone and only show something. What else stands alone may change its arguments: `shuffle(cards)`.
SHOWING = frozenset(
    "print display pprint help input len head tail info describe plot hist show savefig summary".split()
)


@dataclass(frozen=True)
class StatementNames:
    """The global names of one statement."""

    binds: frozenset[str]
    changes: frozenset[str]  # in place, when it runs
    needs: frozenset[str]
    needs_later: frozenset[str]  # those of `needs` that its functions use whenever they are called
    binds_later: frozenset[str]  # what its functions bind by `global` whenever they are called
    changes_later: frozenset[str]


def read(node: ast.stmt) -> StatementNames:
    """Return the global names of a statement at the top level of a cell."""
    top = symtable.symtable(ast.unparse(node), "cell", "exec")
    symbols = top.get_symbols()
    inner = [symbol for table in _below(top) for symbol in table.get_symbols() if symbol.is_global()]
    changes, later = _changed(node)
    return StatementNames(
        binds=frozenset(each.get_name() for each in symbols if each.is_assigned() or each.is_imported()),
        changes=frozenset(changes),
        needs=frozenset(each.get_name() for each in [*symbols, *inner] if each.is_referenced()),
        needs_later=frozenset(each.get_name() for each in inner if each.is_referenced()),
        binds_later=frozenset(each.get_name() for each in inner if each.is_declared_global() and each.is_assigned()),
        changes_later=frozenset(later),
    )


def imports_in(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield name and statement of each import that runs with a statement; the name of a star import is "*".

    One in the body of `try`, `if` or `with` counts, one in a function does not.
    """
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], ast.unparse(ast.Import([alias]))
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
    elif not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        for child in ast.iter_child_nodes(node):
            yield from imports_in(child)


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _below(child)


def _changed(node: ast.stmt) -> tuple[set[str], set[str]]:
    """Return the global names whose value changes in place when the statement runs, and when its functions run."""
    now, later = set[str](), set[str]()
    waiting: list[tuple[ast.AST, frozenset[str] | None]] = [(node, None)]  # None: no function is around it
    while waiting:
        each, local = waiting.pop()
        if isinstance(each, FUNCTIONS):
            inside = (local or frozenset()) | _locals(each)
            body = each.body if isinstance(each.body, list) else [each.body]
            waiting += [(child, inside) for child in body]
            around = [each.args, *getattr(each, "decorator_list", ())]
            waiting += [(child, local) for child in around]
            continue
        found = set(_changed_by(each))
        if local is None:
            now |= found
        else:
            later |= found - local
        waiting += [(child, local) for child in ast.iter_child_nodes(each)]
    return now, later


def _changed_by(node: ast.AST) -> Iterator[str]:
    """Yield the names whose value a node itself changes in place."""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield from _root(node)
    elif isinstance(node, ast.AugAssign):
        yield from _root(node.target)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_in_place = any(each.arg == "inplace" for each in node.keywords)
        if node.func.attr in CHANGING or is_in_place:
            yield from _root(node.func.value)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _changed_by_call(node.value)


def _changed_by_call(call: ast.Call) -> Iterator[str]:
    """Yield the names whose value a call that stands alone may change: `cards.cut()`, `random.shuffle(cards)`."""
    is_method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if is_method and name not in SHOWING:
        yield from _root(call.func)
    if name in CHANGES_ARGUMENT or not (is_method or name in SHOWING):
        for part in (*call.args, *(each.value for each in call.keywords)):
            yield from _root(part)


def _root(node: ast.AST) -> Iterator[str]:
    """Yield the name that stands at the beginning of `name.attribute[item]`, if one does."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _locals(node: ast.AST) -> frozenset[str]:
    """Return the local names of a function."""
    arguments = node.args  # type: ignore[attr-defined]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    names, declared = {each.arg for each in every if each}, set[str]()
    body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[attr-defined]
    waiting: list[ast.AST] = list(body)
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Name) and isinstance(each.ctx, (ast.Store, ast.Del)):
            names.add(each.id)
        elif isinstance(each, ast.Global):
            declared.update(each.names)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            names.update(name for name, _ in imports_in(each))
        elif isinstance(each, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            names.add(each.name or "")
        if isinstance(each, (*FUNCTIONS, ast.ClassDef)):
            names.add(getattr(each, "name", ""))
        else:
            waiting += ast.iter_child_nodes(each)
    return frozenset(names - declared)
