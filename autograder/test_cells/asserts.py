"""Rewrite `assert` so that the values that were seen are known.

Nothing is evaluated twice and in no other order: each watched part of the condition is handed through a call.
"""

import ast
import copy
from dataclasses import dataclass, field
from typing import Any

WATCH = "@watch"  # the name in the test's globals; no code can spell it
MOST_OPEN = 200  # records of conditions that were left by an exception


@dataclass(frozen=True)
class Site:
    """One `assert` of a test: its condition as written, where each watched part has a `slot`."""

    test: ast.expr


@dataclass(frozen=True)
class Message:
    """What a test gives a function that asserts as the text for a failure, as `msg=`; and where the call stands."""

    lines: range
    text: Any


@dataclass(eq=False)  # values are never compared here: one of the student's would be asked
class Record:
    """What one evaluation of a condition has seen, by slot."""

    number: int  # of the site
    values: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Watched:
    """What an `assert` that failed has seen; no exception of the student's can hold one."""

    site: Site
    values: dict[int, Any]


class Watch:
    """Takes the values of the conditions while they are evaluated."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self._open: list[Record] = []
        self._last: Record | None = None
        self._message: Message | None = None

    def enter(self, number: int) -> Record:
        """Begin the evaluation of a condition."""
        if len(self._open) > MOST_OPEN:
            del self._open[: MOST_OPEN // 2]
        record = Record(number)
        self._open.append(record)
        return record

    def see(self, number: int, slot: int, value: Any) -> Any:
        """Note a value and return it."""
        for record in reversed(self._open):
            if record.number == number:
                record.values[slot] = value
                break
        return value

    def leave(self, record: Record, value: Any) -> Any:
        """End the evaluation of a condition; return its value."""
        if record in self._open:
            del self._open[self._open.index(record) :]
        self._last = record
        return value

    def failed(self, number: int, *message: Any) -> AssertionError:
        """Return what `assert` raises, with what was seen."""
        error = AssertionError(*message)
        if self._last is not None and self._last.number == number:
            error.__dict__["watched"] = Watched(self.sites[number], self._last.values)
        return error

    def message(self, first: int, last: int, text: Any) -> Any:
        """Note the text that a call gets for a failure and return it."""
        self._message = Message(range(first, last + 1), text)
        return text

    def message_at(self, line: int) -> str:
        """Return the text that the last call with one got, if it stands at this line of the test; "" otherwise."""
        found = self._message
        return found.text if found is not None and line in found.lines and isinstance(found.text, str) else ""

    def rewrite(self, body: ast.Module, last: ast.Expression | None) -> None:
        """Let each `assert` of a test cell tell this watch what it sees."""
        self._message = None
        _Rewriter(self).visit(body)
        if last is not None:
            note_message(last.body)
            ast.fix_missing_locations(last)
        ast.fix_missing_locations(body)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        number = len(self._watch.sites)
        _Slots().mark(node.test)
        self._watch.sites.append(Site(copy.deepcopy(node.test)))
        test = _Wrapper(number).visit(node.test)
        seen = _of_watch("leave", [_of_watch("enter", [ast.Constant(number)]), test])
        message = [] if node.msg is None else [node.msg]
        raised = ast.Raise(_of_watch("failed", [ast.Constant(number), *message]))
        return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), seen), [raised], []), node)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        note_message(node.value)
        return node


def note_message(call: ast.expr) -> None:
    """Let the watch know the text that a function which asserts gets for a failure."""
    if not isinstance(call, ast.Call) or not called(call).lower().startswith("assert"):
        return
    lines: list[ast.expr] = [ast.Constant(call.lineno), ast.Constant(call.end_lineno)]
    for keyword in call.keywords:
        if keyword.arg in ("msg", "err_msg"):
            keyword.value = _of_watch("message", [*lines, keyword.value])
    place = _place_of_message(call)
    if place:
        call.args[place] = _of_watch("message", [*lines, call.args[place]])


class _Slots:
    """Gives the parts of a condition that are worth saying a number."""

    def __init__(self) -> None:
        self._next = 0

    def mark(self, node: ast.expr) -> None:
        """Mark a condition and its parts."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.mark(node.operand)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self.mark(value)
        elif isinstance(node, ast.Compare):
            for operand in [node.left, *node.comparators]:
                self._number(operand)
        elif (inner := condition_within(node)) is not None:
            self.mark(inner)
        elif isinstance(node, ast.Call):
            for part in [*base(node), *node.args]:
                self._number(part)
            self._number(node)
        else:
            self._number(node)

    def _number(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Starred):
            node.slot = self._next  # type: ignore[attr-defined]
            self._next += 1


class _Wrapper(ast.NodeTransformer):
    def __init__(self, number: int) -> None:
        self._number = number

    def visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        slot = getattr(node, "slot", None)
        if slot is None:
            return node
        assert isinstance(node, ast.expr)
        return ast.copy_location(_of_watch("see", [ast.Constant(self._number), ast.Constant(slot), node]), node)


def _of_watch(method: str, args: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(WATCH, ast.Load()), method, ast.Load()), args, [])


def condition_within(node: ast.expr) -> ast.expr | None:
    """Return the condition that `all(...)`, `np.all(...)`, `bool(...)` and `(...).all()` are about."""
    if not isinstance(node, ast.Call):
        return None
    name = called(node)
    if name in ("all", "bool") and len(node.args) == 1 and not node.keywords:
        argument = node.args[0]
        if isinstance(argument, ast.GeneratorExp) and name == "all":
            return argument.elt  # the last one that was evaluated is the one that failed
        return argument if isinstance(argument, (ast.Compare, ast.BoolOp)) else None
    if name == "all" and not node.args and isinstance(node.func, ast.Attribute):
        return node.func.value if isinstance(node.func.value, ast.Compare) else None
    return None


def called(node: ast.Call) -> str:
    """Return the name of what is called, for a method that of the method."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _place_of_message(node: ast.Call) -> int:
    """Return which argument of a function that asserts is its text for a failure; 0 where none is."""
    name, last = called(node).lower().replace("_", ""), len(node.args) - 1
    if last < 1 or any(word in name for word in ("raises", "warns", "regex", "logs")):
        return 0
    is_text = isinstance(node.args[last], ast.JoinedStr) or isinstance(getattr(node.args[last], "value", None), str)
    least = 1 if name.startswith(("asserttrue", "assertfalse", "assertisnone", "assertisnotnone")) else 2
    return last if is_text and last >= least else 0


def base(node: ast.Call) -> list[ast.expr]:
    """Return the object of a method that compares it with something."""
    is_method = isinstance(node.func, ast.Attribute) and node.func.attr in ("equals", "startswith", "endswith")
    return [node.func.value] if is_method and isinstance(node.func, ast.Attribute) else []
