"""How good are the hidden checks? Mutate the reference solutions mechanically and count the mutants that lose points.

    python bench/mutation.py [--quick] [--item ID]

A mutant changes one thing: an operator, a constant, a name, an argument, a statement.
One that keeps full points has survived: either it computes the same (then EQUIVALENT says why) or a check is missing.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment, Item
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote

COURSE_DIR = Path(__file__).resolve().parents[1]
SEED = "mutation"
QUICK_SHARE = 8  # --quick takes every eighth mutant
LEAST_SHARE = 0.98  # of the mutants that change behaviour; fewer end the program with exit code 1

# Mutants that compute the same, with the reason.
EQUIVALENT = {
    ("leaky_relu", "swap arguments of tf.maximum"): "the larger of two numbers does not depend on their order",
    ("sample_noise", "drop maxval of tf.random.uniform"): "1.0 is what TensorFlow takes when minval alone is given",
    ("discriminator", "drop element 1"): "without an input layer Keras builds the model at its first call",
    ("generator", "drop element 1"): "without an input layer Keras builds the model at its first call",
    ("get_solvers", "swap elements 1 and 2"): "both optimizers are made alike, so that their order does not matter",
    ("negSamplingCostAndGradient", "unwrap np.array"): "NumPy indexes with a list as with an array",
    ("skipgram", "0.0 becomes -0.0"): "a sum that starts at minus zero is the same sum",
}
OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div, ast.Add], ast.Div: [ast.Mult], ast.Pow: [ast.Mult],
}  # fmt: skip
NAMES = {
    "relu": ["tanh", "sigmoid", "linear"], "tanh": ["sigmoid", "relu", "linear"], "leaky_relu": ["relu", "tanh"],
    "ones_like": ["zeros_like"], "zeros_like": ["ones_like"], "maximum": ["minimum"], "zeros": ["ones"],
    "reduce_mean": ["reduce_sum", "reduce_max"], "sum": ["mean", "max"], "log": ["log2", "exp"], "exp": ["expm1"],
    "softmax": ["sigmoid"], "sigmoid": ["tanh", "softmax"], "Adam": ["SGD", "RMSprop", "Nadam"],
}  # fmt: skip
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)

Edit = tuple[str, Callable[[ast.AST], ast.AST]]


@dataclass(frozen=True)
class Mutant:
    """A solution with one change."""

    line: int
    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return all distinct mutants of a solution."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        node.number = number  # type: ignore[attr-defined]
    made = {ast.unparse(tree)}
    found = []
    for node in list(ast.walk(tree)):
        for change, make in edits(node):
            text = ast.unparse(_At(node.number, make).visit(copy.deepcopy(tree)))  # type: ignore[attr-defined]
            if text not in made:
                made.add(text)
                found.append(Mutant(getattr(node, "lineno", 0), change, text))
    return found


class _At(ast.NodeTransformer):
    """Replaces the node of one number."""

    def __init__(self, number: int, make: Callable[[ast.AST], ast.AST]) -> None:
        self._number, self._make = number, make

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the changed node where it is the one, else look below it."""
        return self._make(node) if getattr(node, "number", None) == self._number else self.generic_visit(node)


def edits(node: ast.AST) -> Iterator[Edit]:
    """Yield the changes of one node: what is said of it, and the function that makes it."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for operator in OPERATORS.get(type(node.op), []):
            yield f"{type(node.op).__name__} becomes {operator.__name__}", _with(op=operator())
    if isinstance(node, ast.BinOp):
        yield "keep the left side", lambda n: n.left
        yield "keep the right side", lambda n: n.right
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield "swap the sides", lambda n: ast.BinOp(n.right, n.op, n.left)
    if isinstance(node, ast.AugAssign):
        yield "assign instead of adding", lambda n: ast.copy_location(ast.Assign([n.target], n.value), n)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "drop the minus", lambda n: n.operand
    if isinstance(node, ast.Compare):
        for comparison in COMPARISONS:
            yield f"compare by {comparison.__name__}", _with(ops=[comparison()])
    if isinstance(node, ast.Return) and node.value is not None:
        yield "return nothing", _with(value=None)
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.For)):
        yield "drop the statement", lambda n: ast.copy_location(ast.Pass(), n)
    yield from _edits_of_words(node)
    yield from _edits_of_lists(node)


def _edits_of_words(node: ast.AST) -> Iterator[Edit]:
    if isinstance(node, ast.Attribute):
        for name in NAMES.get(node.attr, []):
            yield f"{node.attr} becomes {name}", _with(attr=name)
    if isinstance(node, ast.Name):
        for name in NAMES.get(node.id, []):
            yield f"{node.id} becomes {name}", _with(id=name)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for name in NAMES.get(node.value, []):
            yield f"'{node.value}' becomes '{name}'", _with(value=name)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        for number in dict.fromkeys((node.value + 1, node.value - 1, -node.value, node.value * 2, 0)):
            yield f"{node.value} becomes {number}", _with(value=number)


def _edits_of_lists(node: ast.AST) -> Iterator[Edit]:
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        for index in range(len(node.args) - 1):
            yield f"swap arguments of {name}", _swapping("args", index)
        for index, keyword in enumerate(node.keywords):
            yield f"drop {keyword.arg} of {name}", _dropping("keywords", index)
        if len(node.args) == 1:
            yield f"unwrap {name}", lambda n: n.args[0]
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        for index in range(len(node.elts)):
            yield f"drop element {index + 1}", _dropping("elts", index)
        for index in range(len(node.elts) - 1):
            yield f"swap elements {index + 1} and {index + 2}", _swapping("elts", index)


def _with(**fields: object) -> Callable[[ast.AST], ast.AST]:
    def make(node: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return make


def _dropping(field: str, index: int) -> Callable[[ast.AST], ast.AST]:
    def make(node: ast.AST) -> ast.AST:
        del getattr(node, field)[index]
        return node

    return make


def _swapping(field: str, index: int) -> Callable[[ast.AST], ast.AST]:
    def make(node: ast.AST) -> ast.AST:
        entries = getattr(node, field)
        entries[index], entries[index + 1] = entries[index + 1], entries[index]
        return node

    return make


def submission(assignment: Assignment, item: Item, source: str) -> Submission:
    """Return the instructor's notebook with another solution of one item."""
    notebook = copy.deepcopy(assignment.source_notebook(item.notebook))
    solution_cell(notebook, item).source = source
    return Submission(student="mutant", notebooks={item.notebook: nbformat.writes(notebook).encode()})


def solution_cell(notebook: nbformat.NotebookNode, item: Item) -> nbformat.NotebookNode:
    """Return the solution cell of an item."""
    wanted = f"{item.id}_solution"
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == wanted)


def main() -> None:
    """Print a table for people and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Mutate the reference solutions and count what the checks catch.")
    parser.add_argument("--quick", action="store_true", help="every eighth mutant only")
    parser.add_argument("--item", help="one item only")
    options = parser.parse_args()
    assignment = assignments.load(COURSE_DIR, "hw4")
    items = [entry for entry in assignment.auto_items if entry.id not in ("word_vectors",)]
    figures = {}
    print(f"{'item':30} {'mutants':>8} {'same':>5} {'caught':>7} {'share':>7}")
    hidden = [COURSE_DIR / name for name in ("source", "answers")]
    with Zygote(assignment.kit_dir, hidden, libraries=assignment.libraries, kit_without=assignment.ungraded) as zygote:
        for item in (entry for entry in items if options.item in (None, entry.id)):
            source = solution_cell(assignment.source_notebook(item.notebook), item).source
            chosen = mutants(source)[:: QUICK_SHARE if options.quick else 1]
            figures[item.id] = examine(item, chosen, assignment, zygote)
    total = sum(entry["changed"] for entry in figures.values())
    caught = sum(entry["caught"] for entry in figures.values())
    print(json.dumps({"mutants": total, "caught": caught, "share": caught / total, "items": figures}))
    if caught < LEAST_SHARE * total:
        raise SystemExit(1)


def examine(item: Item, chosen: list[Mutant], assignment: Assignment, zygote: Zygote) -> dict[str, float]:
    """Grade the mutants of an item and print its row, with the survivors below it."""
    survivors = [
        mutant
        for mutant in chosen
        if grade(submission(assignment, item, mutant.source), assignment, SEED, zygote, only={item.id}).total
        == item.points
    ]
    same = [mutant for mutant in survivors if (item.id, mutant.change) in EQUIVALENT]
    changed = len(chosen) - len(same)
    caught = len(chosen) - len(survivors)
    print(f"{item.id:30} {len(chosen):8} {len(same):5} {caught:7} {caught / max(1, changed):7.1%}", flush=True)
    for mutant in survivors:
        reason = EQUIVALENT.get((item.id, mutant.change), "NOT CAUGHT")
        print(f"    line {mutant.line}: {mutant.change}: {reason}", flush=True)
    return {"changed": changed, "caught": caught, "same": len(same)}


if __name__ == "__main__":
    main()
