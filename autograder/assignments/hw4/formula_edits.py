"""Small changes to a wrong formula, one at a time: the one that makes it right says what is wrong with it.

A formula is a tree of the kit's `formula.tree`, which is passed on, because the course's kit has no fixed name here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hw4kit.formula.tree import Node, Path


class Mistake(StrEnum):
    """What can be wrong with a formula."""

    SIGN = "right up to the sign"
    TRANSPOSED = "the gradient transposed"
    WRONG_SHAPE = "a number or a matrix, not a vector"
    ONLY_TARGET = "right only for w = o"
    ONLY_OTHERS = "right only for w != o"
    OTHER_GRADIENT = "another gradient"
    WRONG_RANGE = "a sum runs over the wrong words"
    MISSING_SUM = "a sum is missing"
    EXTRA_SUM = "a sum is too much"
    FACTOR_K = "a factor K or 1/K is too much"
    TERM_SIGN = "the sign of one part is wrong"
    MISSING_TERM = "a term is missing"
    WRONG = "it differs"


# What is wrong, a sentence with a place for {column}, the part that it is about, and the new tree.
Edit = tuple[Mistake, str, "Node", "Node"]
_RANGES = ("V", "K")
_NAMES = ("u", "v", "y", "yhat")


def edits(tree: ModuleType, root: Node, known: frozenset[str], loose: str) -> Iterator[Edit]:
    """Yield every change, those first that say most.

    Args:
        tree: The module of the kit that knows trees.
        root: The formula.
        known: Index letters that have a meaning outside of sums.
        loose: Further letters that mean a word when they stand outside of sums, but should not.
    """
    places = list(tree.walk(root))
    for path, node in places:
        if node.kind == "sum":
            yield from _other_ranges(tree, root, path, node, known)
    yield from _sums_around(tree, root, loose)
    for path, node in places:
        if node.kind == "sum":
            yield from _without_sum(tree, root, path, node, known)
    yield from _without_k(tree, root, places)
    for path, node in places:
        yield from _other_signs(tree, root, path, node)
    for path, node in places:
        yield from _without_a_part(root, path, node)
    letters = known | set(loose) | {node.data.letter for _, node in places if node.kind == "sum"}
    for path, node in places:
        yield from _other_quantities(root, path, node, letters)


def _other_ranges(tree: ModuleType, root: Node, path: Path, node: Node, known: frozenset[str]) -> Iterator[Edit]:
    (body,) = node.children
    for letter in sorted({node.data.letter} | (tree.free_letters(body) - known)):
        for over in _RANGES:
            if (letter, over) != (node.data.letter, node.data.over):
                changed = replace(node, data=tree.Range(letter, over))
                yield (
                    Mistake.WRONG_RANGE,
                    "A sum runs over the wrong words, at {column}",
                    node,
                    put(root, path, changed),
                )


def _sums_around(tree: ModuleType, root: Node, loose: str) -> Iterator[Edit]:
    """Put a sum around the terms that hold a loose letter, and around the whole."""
    for letter in set(loose) & tree.free_letters(root):
        terms, signs = (root.children, root.data) if root.kind == "add" else ((root,), (1,))
        summed = tuple(
            tree.Node("sum", term.start, (term,), tree.Range(letter, "K"))
            if letter in tree.free_letters(term)
            else term
            for term in terms
        )
        first = next(term for term in terms if letter in tree.free_letters(term))
        sentence = f"The sum over the K samples is missing: nothing gives {letter} a meaning at {{column}}"
        yield Mistake.MISSING_SUM, sentence, first, tree.Node("add", root.start, summed, signs)


def _without_sum(tree: ModuleType, root: Node, path: Path, node: Node, known: frozenset[str]) -> Iterator[Edit]:
    for letter in sorted(known):
        body = tree.renamed(node.children[0], node.data.letter, letter)
        yield Mistake.EXTRA_SUM, "The sum at {column} does not belong there", node, put(root, path, body)


def _without_k(tree: ModuleType, root: Node, places: list[tuple[Path, Node]]) -> Iterator[Edit]:
    for path, node in places:
        if node.kind == "quantity" and node.data == ("K", None):
            sentence = "The K at {column} does not belong there: the cost is a sum, not a mean"
            yield Mistake.FACTOR_K, sentence, node, put(root, path, tree.Node("number", node.start, (), 1.0))


def _other_signs(tree: ModuleType, root: Node, path: Path, node: Node) -> Iterator[Edit]:
    sentence = "A sign is wrong at {column}; the rest is right"
    if node.kind == "add":
        for number, child in enumerate(node.children):
            signs = tuple(-sign if i == number else sign for i, sign in enumerate(node.data))
            yield Mistake.TERM_SIGN, sentence, child, put(root, path, replace(node, data=signs))
    if node.kind in ("call", "power"):
        negative = tree.Node("add", node.start, (node.children[-1],), (-1,))
        changed = replace(node, children=(*node.children[:-1], negative))
        yield Mistake.TERM_SIGN, sentence, node.children[-1], put(root, path, changed)


def _without_a_part(root: Node, path: Path, node: Node) -> Iterator[Edit]:
    if node.kind not in ("add", "product") or len(node.children) < 2:
        return
    for number, child in enumerate(node.children):
        children = tuple(other for i, other in enumerate(node.children) if i != number)
        data = node.data[:number] + node.data[number + 1 :]
        if node.kind == "product":  # its data stand between the children
            data = node.data[max(number, 1) :] if number == 0 else node.data[: number - 1] + node.data[number:]
            if number == 0 and node.data[0] == "/":
                continue
        sentence = "The part at {column} does not belong there; the rest is right"
        yield Mistake.WRONG, sentence, child, put(root, path, replace(node, children=children, data=data))


def _other_quantities(root: Node, path: Path, node: Node, letters: frozenset[str]) -> Iterator[Edit]:
    if node.kind != "quantity" or not node.data[1]:
        return
    sentence = "A different quantity belongs at {column}; the rest is right"
    for name in _NAMES:
        for letter in sorted(letters):
            if (name, letter) != node.data:
                changed = put(root, path, replace(node, data=(name, letter)))
                yield Mistake.WRONG, sentence, node, changed


def put(root: Node, path: Path, new: Node) -> Node:
    """Return the tree with the node at `path` replaced by `new`."""
    if not path:
        return new
    children = list(root.children)
    children[path[0]] = put(children[path[0]], path[1:], new)
    return replace(root, children=tuple(children))
