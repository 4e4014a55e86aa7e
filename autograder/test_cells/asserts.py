"""Rewrite `assert` so that the values that were seen are known, and say what they were.

Nothing is evaluated twice and in no other order: each watched part of the condition is handed through a call.
The texts hold values and no code of the test. What the test expects is said for visible lines only: students have
these in their own notebook.
"""

import ast
import copy
from dataclasses import dataclass, field
from typing import Any

from calls import CallLog
from show_value import show

WATCH = "@watch"  # the name in the test's globals; no code can spell it
MOST_OPEN = 200  # records of conditions that were left by an exception
MOST_VALUE = 300  # characters of the value that was seen

EXPECTED: dict[type[ast.cmpop], str] = {
    ast.Eq: "{}", ast.Is: "{}", ast.NotEq: "anything but {}", ast.IsNot: "anything but {}", ast.Lt: "less than {}",
    ast.LtE: "at most {}", ast.Gt: "more than {}", ast.GtE: "at least {}", ast.In: "one of {}",
    ast.NotIn: "none of {}",
}  # fmt: skip
# How a comparison reads from its right side.
FROM_THE_RIGHT: dict[type[ast.cmpop], str] = EXPECTED | {
    ast.Lt: "more than {}", ast.LtE: "at least {}", ast.Gt: "less than {}", ast.GtE: "at most {}",
    ast.In: "something that contains {}", ast.NotIn: "something without {}",
}  # fmt: skip
ALIKE = {
    "allclose": "values close to {}", "isclose": "a value close to {}", "array_equal": "{}", "array_equiv": "{}",
    "equals": "{}", "issubset": "a part of {}", "isinstance": "an instance of {}", "issubclass": "a subclass of {}",
    "hasattr": "something with the attribute {}", "startswith": "a text that begins with {}",
    "endswith": "a text that ends with {}",
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One `assert` of a test: its condition as written, where each watched part has a `slot`."""

    test: ast.expr
    is_visible: bool


@dataclass
class Record:
    """What one evaluation of a condition has seen, by slot."""

    number: int  # of the site
    values: dict[int, Any] = field(default_factory=dict)


class Watch:
    """Takes the values of the conditions while they are evaluated."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self._open: list[Record] = []
        self._last: Record | None = None

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
            error.__dict__["watched"] = (self.sites[number], self._last.values)
        return error

    def rewrite(self, tree: ast.Module, visible_lines: frozenset[int]) -> None:
        """Let each `assert` of a test cell tell this watch what it sees."""
        _Rewriter(self, visible_lines).visit(tree)
        ast.fix_missing_locations(tree)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, watch: Watch, visible_lines: frozenset[int]) -> None:
        self._watch, self._visible_lines = watch, visible_lines

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        number = len(self._watch.sites)
        _Slots().mark(node.test)
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        self._watch.sites.append(Site(copy.deepcopy(node.test), all(line in self._visible_lines for line in lines)))
        test = _Wrapper(number).visit(node.test)
        seen = _of_watch("leave", [_of_watch("enter", [ast.Constant(number)]), test])
        message = [] if node.msg is None else [node.msg]
        raised = ast.Raise(_of_watch("failed", [ast.Constant(number), *message]))
        return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), seen), [raised], []), node)


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
            for part in [*_base(node), *node.args]:
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
    name = _called(node)
    if name in ("all", "bool") and len(node.args) == 1 and not node.keywords:
        argument = node.args[0]
        if isinstance(argument, ast.GeneratorExp) and name == "all":
            return argument.elt  # the last one that was evaluated is the one that failed
        return argument if isinstance(argument, (ast.Compare, ast.BoolOp)) else None
    if name == "all" and not node.args and isinstance(node.func, ast.Attribute):
        return node.func.value if isinstance(node.func.value, ast.Compare) else None
    return None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _base(node: ast.Call) -> list[ast.expr]:
    """Return the object of a method that compares it with something."""
    is_method = isinstance(node.func, ast.Attribute) and node.func.attr in ("equals", "startswith", "endswith")
    return [node.func.value] if is_method and isinstance(node.func, ast.Attribute) else []


# --- in words ---


def describe(site: Site, values: dict[int, Any], log: CallLog) -> str:
    """Return what was seen in a condition that did not hold; "" where nothing is worth saying."""
    return _Words(values, log, site.is_visible).of(site.test, True)


class _Words:
    def __init__(self, values: dict[int, Any], log: CallLog, says_expected: bool) -> None:
        self._values, self._log, self._says_expected = values, log, says_expected

    def of(self, node: ast.expr, wanted: bool) -> str:
        """Return what was seen of a condition that was to be true, or false."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.of(node.operand, not wanted)
        if isinstance(node, ast.BoolOp):
            evaluated = [value for value in node.values if self._is_known(value)]
            stopped_at_one = isinstance(node.op, ast.And) == wanted
            told = [self.of(value, wanted) for value in (evaluated[-1:] if stopped_at_one else evaluated[:2])]
            return "; ".join(filter(None, told))
        if isinstance(node, ast.Compare):
            return self._comparison(node, wanted)
        if (inner := condition_within(node)) is not None:
            return self.of(inner, wanted)
        if isinstance(node, ast.Call):
            return self._call(node, wanted)
        return self._value(node, "a true value" if wanted else "a false value")

    def _comparison(self, node: ast.Compare, wanted: bool) -> str:
        operands = [node.left, *node.comparators]
        known = [index for index, operand in enumerate(operands) if self._is_known(operand)]
        last = known[-1] if known else 0
        if not last:
            return ""
        operator = type(node.ops[last - 1])
        left, right = operands[last - 1], operands[last]
        if self._is_of_the_test(left) and not self._is_of_the_test(right):
            left, right, words = right, left, FROM_THE_RIGHT
        else:
            words = EXPECTED
        expected = words[operator].format(show(self._seen(right)))
        return self._value(left, expected if wanted else f"not {expected}")

    def _call(self, node: ast.Call, wanted: bool) -> str:
        name, arguments = _called(node), [*_base(node), *node.args]
        if name in ALIKE and len(arguments) >= 2 and all(map(self._is_known, arguments[:2])):
            subject, other = arguments[:2]
            if self._is_of_the_test(subject) and not self._is_of_the_test(other):
                subject, other = other, subject
            what = _class_names(self._seen(other)) if name in ("isinstance", "issubclass") else show(self._seen(other))
            expected = ALIKE[name].format(what)
            return self._value(subject, expected if wanted else f"not {expected}", with_type=name == "isinstance")
        return self._value(node, "a true value" if wanted else "a false value")

    def _value(self, node: ast.expr, expected: str, *, with_type: bool = False) -> str:
        if not self._is_known(node):
            return ""
        value = self._seen(node)
        said = show(value, MOST_VALUE)
        if with_type and type(value) is not type and type(value).__name__ not in said:
            said += f" ({type(value).__name__[:60]})"
        text = self._log.gave(value, said)
        if not text and isinstance(node, ast.Constant):
            return ""
        text = text or f"the value was {said}"
        return f"{text}; the test expects {expected}" if self._says_expected else text

    def _is_of_the_test(self, node: ast.expr) -> bool:
        """Return whether a part is written out in the test, or at least nothing that the student's code gave."""
        return isinstance(node, ast.Constant) or not self._log.gave(self._seen(node), "")

    def _is_known(self, node: ast.expr) -> bool:
        parts = node.values if isinstance(node, ast.BoolOp) else [node]
        return any(getattr(each, "slot", None) in self._values for part in parts for each in ast.walk(part))

    def _seen(self, node: ast.expr) -> Any:
        return self._values.get(getattr(node, "slot", -1))


def _class_names(value: Any) -> str:
    kinds = value if isinstance(value, tuple) else (value,)
    return " or ".join(kind.__name__[:60] if isinstance(kind, type) else show(kind) for kind in kinds[:6])
