"""The statements of a cell: what they say, which names they give and need, and a cell of some of them alone."""

import ast
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache

from . import cell_code
from .cell_code import Names

MAX_READ = 100_000  # characters of a cell; Python takes 0.2 s and 30 MiB for as many
MAX_READ_AGAIN = 200_000  # characters times magics: for each of these, IPython reads the cell once more; 1 s
MAX_NESTING = 100  # of what is read; Python's own functions take up to 8 of its 1,000 calls for each, real code has 25
MAGIC = re.compile(r"^[ \t]*[%!?]|\?[ \t]*$", re.MULTILINE)
AROUND_PYTHON = re.compile(r"\A(?:\s*\n)*[ \t]*%%(?:time|capture|prun)\b[^\n]*")
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Statement:
    """One statement at the top level of a cell."""

    node: ast.stmt
    text: str  # on as few lines as it can have

    @cached_property
    def says(self) -> str:
        """The same for all ways to space it."""
        return ast.dump(self.node)

    @property
    def is_import(self) -> bool:
        """Whether it does nothing but import."""
        return isinstance(self.node, (ast.Import, ast.ImportFrom))

    @property
    def first(self) -> int:
        """Its first line, decorators included."""
        return min([self.node.lineno, *(each.lineno for each in getattr(self.node, "decorator_list", ()))])

    @property
    def last(self) -> int:
        """Its last line."""
        return self.node.end_lineno or self.node.lineno

    @cached_property
    def names(self) -> Names:
        """The names that it gives, and those that it needs."""
        return cell_code.names_of(self.text)

    @cached_property
    def does(self) -> str:
        """What stays the same when only numbers and other arguments of a call are changed."""
        node = self.node
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            return f"{[ast.dump(target) for target in node.targets]} = {ast.dump(node.value.func)}"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return ast.dump(node.value.func)
        if isinstance(node, ast.With) and isinstance(node.items[0].context_expr, ast.Call):
            call = node.items[0].context_expr
            return f"with {ast.dump(call.func)} {[ast.dump(argument) for argument in call.args]}"
        return self.says


@dataclass(frozen=True)
class Code:
    """A cell that is Python; the lines are those of the cell as it was written."""

    source: str
    statements: tuple[Statement, ...]

    def only(self, kept: Sequence[Statement]) -> str:
        """Return the cell with nothing but these statements, each on its own lines."""
        given = self.source.split("\n")
        lines, on_line = [""] * len(given), [0] * (len(given) + 2)
        for each in self.statements:
            for number in range(each.first, each.last + 1):
                on_line[number] += 1
        for each in kept:
            if any(on_line[number] > 1 for number in range(each.first, each.last + 1)):
                before = lines[each.first - 1]
                lines[each.first - 1] = f"{before}; {each.text}" if before else each.text
            else:
                lines[each.first - 1 : each.last] = given[each.first - 1 : each.last]
        return "\n".join(lines).rstrip("\n")


@lru_cache(maxsize=512)  # the instructor's cells are read with every submission
def read(source: str) -> Code | None:
    """Return the statements of a cell, None if it is no Python."""
    if not is_short(source):
        return None
    source = AROUND_PYTHON.sub(lambda found: re.sub(r"[^\n]", "", found[0]), source)
    for text in (lambda: source, lambda: cell_code.as_python(source)):
        with suppress(*UNREADABLE):
            return _read(text())
    return None


def is_short(source: str) -> bool:
    """Return whether a cell can be read in a moment."""
    return len(source) <= MAX_READ and len(source) * len(MAGIC.findall(source)) <= MAX_READ_AGAIN


def _read(source: str) -> Code:
    tree = ast.parse(source)
    level: list[ast.AST] = [tree]
    for _ in range(MAX_NESTING):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise RecursionError
    return Code(source, tuple(Statement(node, ast.unparse(node)) for node in tree.body))


def given_by(statements: Iterable[Statement]) -> set[str]:
    """Return the names that statements give."""
    return {name for each in statements for name in each.names.defined}


def lines_of(statements: Collection[Statement]) -> str:
    """Return which lines these are, in words."""
    ranges = list(dict.fromkeys((each.first, each.last) for each in statements))
    texts = [str(first) if first == last else f"{first} to {last}" for first, last in ranges]
    word = "line" if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else "lines"
    return f"{word} {', '.join(texts[:3])}{' and more' if len(texts) > 3 else ''}"
