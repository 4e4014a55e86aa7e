"""What a formula is once it is read: a tree of nodes, and ways to look through it and to change it.

| kind | data | children |
|---|---|---|
| number | its value | |
| quantity | name (u v y yhat U K V m) and index letter, None without one | |
| add | one sign for each child | the terms |
| product | one operator between each two children: "" * / · @ ⊗ | the factors |
| power | | base, exponent |
| transpose | | the one that is transposed |
| index | letter | one number for each word |
| call | sigma, exp, log or softmax | the argument |
| pair | dot or outer | both arguments |
| sum | Range | what is summed |
| iverson | Condition: 1 where it holds, else 0 | |
| cases | one Condition for each child, None for "otherwise" | a formula for each case |
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any


class NotUnderstood(Exception):
    """The formula cannot be read or makes no sense at `start`, an offset in its text; the message says why."""

    def __init__(self, start: int, why: str) -> None:
        super().__init__(why)
        self.start = start


class Undecidable(Exception):
    """The formula is beyond a limit, or has no value; the message says why."""


@dataclass(frozen=True)
class Condition:
    """Two words are the same, or are not: w = o, w != o."""

    letters: tuple[str, str]
    equal: bool


@dataclass(frozen=True)
class Range:
    """What the letter of a sum runs over: "V", all words, or "K", the samples; `without` names a word to leave out."""

    letter: str
    over: str
    without: str | None = None


@dataclass(frozen=True, eq=False)
class Node:
    """A part of a formula that begins at offset `start` of the text; every node of a tree is an object of its own."""

    kind: str
    start: int
    children: tuple["Node", ...] = ()
    data: Any = None


Path = tuple[int, ...]  # which child, at each step down from the root


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every node with the path to it, parents first."""
    yield path, node
    for number, child in enumerate(node.children):
        yield from walk(child, (*path, number))


def free_letters(node: Node) -> frozenset[str]:
    """Return the index letters that no sum inside the node explains."""
    letters = frozenset(letter for child in node.children for letter in free_letters(child))
    if node.kind == "sum":
        return (letters - {node.data.letter}) | ({node.data.without} - {None})
    return letters | _own_letters(node)


def _own_letters(node: Node) -> set[str]:
    if node.kind == "quantity" and node.data[1]:
        return {node.data[1]}
    if node.kind == "index":
        return {node.data}
    conditions = {"iverson": (node.data,), "cases": node.data}.get(node.kind, ())
    return {letter for condition in conditions if condition for letter in condition.letters}


def renamed(node: Node, old: str, new: str) -> Node:
    """Return the node with the free index letter `old` called `new`."""
    data = node.data
    if node.kind == "sum":
        if data.letter == old:
            return node
        data = replace(data, without=new if data.without == old else data.without)
    elif node.kind == "quantity":
        data = (data[0], new if data[1] == old else data[1])
    elif node.kind == "index":
        data = new if data == old else data
    elif node.kind == "iverson":
        data = _renamed_condition(data, old, new)
    elif node.kind == "cases":
        data = tuple(_renamed_condition(condition, old, new) for condition in data)
    return replace(node, children=tuple(renamed(child, old, new) for child in node.children), data=data)


def _renamed_condition(condition: Condition | None, old: str, new: str) -> Condition | None:
    if condition is None:
        return None
    first, second = (new if letter == old else letter for letter in condition.letters)
    return Condition((first, second), condition.equal)


def once_each(conditions: list[Condition | None], starts: list[int]) -> None:
    """Refuse cases of which one hides another. Raises NotUnderstood at the first that comes too late."""
    seen: set[object] = set()
    for condition, start in zip(conditions, starts, strict=True):
        case = condition and (frozenset(condition.letters), condition.equal)
        if case in seen or len(seen) == 2 or (None in seen):
            raise NotUnderstood(start, "this case is covered already")
        seen.add(case)
