"""Say in a sentence what was seen in a condition that did not hold.

The texts hold values and no code of the test. What the test expects is said for visible lines only: students have
these in their own notebook. A value that was computed of the student's and the test's own is said there only, too.
"""

import ast
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from asserts import base, called, condition_within
from calls import CallLog
from show_value import MOST_ENTRIES, show

MOST_VALUE = 300  # characters of the value that was seen
MOST_COMPARED = 10_000  # entries of a list, to say where two differ
PLAIN = {type(None), bool, int, float, complex, str}

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
class Words:
    """Says what was seen in a condition that did not hold.

    Attributes:
        values: What was seen, by slot.
        log: What the student's code was asked.
        says_literals: Whether what the test has written out may be said: students have the line.
        says_all: Whether anything that the test expects may be said: students have the whole cell.
    """

    values: dict[int, Any]
    log: CallLog
    says_literals: bool
    says_all: bool

    def of(self, node: ast.expr, wanted: bool = True) -> str:
        """Return what was seen of a condition that was to be true, or false; "" where nothing is worth saying."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.of(node.operand, not wanted)
        if isinstance(node, ast.BoolOp):
            evaluated = [value for value in node.values if self._is_known(value)]
            is_enough = isinstance(node.op, ast.And) == wanted  # the last one decided
            told = [self.of(value, wanted) for value in (evaluated[-1:] if is_enough else evaluated[:2])]
            return "; ".join(filter(None, told))
        if isinstance(node, ast.Compare):
            return self._comparison(node, wanted)
        if (inner := condition_within(node)) is not None:
            return self.of(inner, wanted)
        if isinstance(node, ast.Call) and called(node) in ALIKE:
            return self._likeness(node, wanted)
        return self._told(node, "a true value" if wanted else "a false value")

    def _comparison(self, node: ast.Compare, wanted: bool) -> str:
        operands = [node.left, *node.comparators]
        last = max((index for index, operand in enumerate(operands) if self._is_known(operand)), default=0)
        if not last:
            return ""
        operator, left, right = type(node.ops[last - 1]), operands[last - 1], operands[last]
        words = EXPECTED
        if self._is_the_test_s(left) and not self._is_the_test_s(right):
            left, right, words = right, left, FROM_THE_RIGHT
        where = difference(self._seen(left), self._seen(right)) if operator is ast.Eq and wanted else ""
        return self._told(left, self._expected(words[operator], right, wanted), where)

    def _likeness(self, node: ast.Call, wanted: bool) -> str:
        name, arguments = called(node), [*base(node), *node.args]
        if len(arguments) < 2 or not all(map(self._is_known, arguments[:2])):
            return self._told(node, "a true value" if wanted else "a false value")
        subject, other = arguments[:2]
        if self._is_the_test_s(subject) and not self._is_the_test_s(other):
            subject, other = other, subject
        if name in ("isinstance", "issubclass"):
            kinds = _class_names(self._seen(other))
            return self._told(
                subject, ALIKE[name].format(kinds) if wanted else f"no instance of {kinds}", names_type=True
            )
        where = difference(self._seen(subject), self._seen(other)) if wanted else ""
        return self._told(subject, self._expected(ALIKE[name], other, wanted), where)

    def _expected(self, words: str, node: ast.expr, wanted: bool) -> str:
        """Return what a test expects, "" where it may not be said."""
        if not (self.says_all or (self.says_literals and _is_literal(node))):
            return ""
        text = words.format(show(self._seen(node)))
        return text if wanted else f"not {text}"

    def _told(self, node: ast.expr, expected: str, where: str = "", *, names_type: bool = False) -> str:
        """Return the sentence on a value: which question gave it, and what the test expects."""
        if not self._is_known(node):
            return ""
        value = self._seen(node)
        said = show(value, MOST_VALUE)
        if names_type and not isinstance(value, type) and type(value).__name__ not in said:
            said += f" ({type(value).__name__[:60]})"
        text = self.log.gave(value, said)
        if not text and not self.says_all:  # computed of what the student's code gave, and of what the test knows
            return ""
        text = text or f"the value was {said}"
        if not expected or not self.says_literals:
            return text
        return f"{text}; the test expects {expected}{where if self.says_all else ''}"

    def _is_the_test_s(self, node: ast.expr) -> bool:
        """Return whether a part is written out in the test, or at least nothing that the student's code gave."""
        return _is_literal(node) or not self.log.gave(self._seen(node), "")

    def _is_known(self, node: ast.expr) -> bool:
        return any(getattr(part, "slot", None) in self.values for part in ast.walk(node))

    def _seen(self, node: ast.expr) -> Any:
        return self.values.get(getattr(node, "slot", -1))


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(part, (ast.Name, ast.Call, ast.Attribute)) for part in ast.walk(node))


def _class_names(value: Any) -> str:
    kinds = value if type(value) is tuple else (value,)
    return " or ".join(kind.__name__[:60] if isinstance(kind, type) else show(kind) for kind in kinds[:6])


def difference(got: Any, want: Any) -> str:
    """Return where two long containers differ first, after a semicolon; "" where it is seen at once, or not known."""
    places: list[Any]
    if type(got) is np.ndarray and type(want) is np.ndarray and got.shape == want.shape:
        if got.size <= MOST_ENTRIES or {got.dtype.kind, want.dtype.kind} - set("biufc"):
            return ""
        off = np.flatnonzero(got.reshape(-1) != want.reshape(-1))
        places = [tuple(int(index) for index in np.unravel_index(off[0], got.shape))] if off.size else []
    elif type(got) is type(want) and type(got) in (list, tuple, str) and min(len(got), len(want)) > MOST_ENTRIES:
        pairs = enumerate(zip(got, want, strict=False))
        known = ((index, one, other) for index, (one, other) in pairs if {type(one), type(other)} <= PLAIN)
        places = [index for index, one, other in itertools.islice(known, MOST_COMPARED) if one != other][:1]
    else:
        return ""
    return "".join(f"; at {place} it is {show(got[place])} instead of {show(want[place])}" for place in places)
