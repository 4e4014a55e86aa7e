"""Like code goes to like code: copies are found under other names, and right solutions of different people are not."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable, Mapping

import pytest
from corpus_cases import cases, unwritten

from autograder.marking import code_likeness
from autograder.marking.code_likeness import CodeGroup, Collection
from autograder.model.assignment import Assignment
from autograder.model.submission import GroupWork, Submission
from autograder.reports.attention import like_code

Solutions = Mapping[str, str]  # the source of a solution cell by item
COPIED = range(8)  # of the right solutions, those that somebody copies


@pytest.fixture(scope="module")
def authors() -> list[Solutions]:
    """Right solutions by authors who know nothing of each other; some wrote not everything."""
    by_item: dict[str, list[str]] = {}
    for case in cases("right"):
        by_item.setdefault(case.expected["item"], []).append(case.solution)
    count = max(map(len, by_item.values()))
    return [{item: texts[at] for item, texts in by_item.items() if at < len(texts)} for at in range(count)]


def notebooks(solutions: Solutions, assignment: Assignment) -> dict[str, bytes]:
    found = {}
    for name in assignment.notebooks:
        notebook = assignment.source_notebook(name).copy()
        notebook.cells = [cell.copy() for cell in notebook.cells]
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
                item = cell.metadata.nbgrader.grade_id.removesuffix("_solution")
                cell.source = solutions.get(item) or unwritten(cell.source)
        found[name] = json.dumps(notebook).encode()
    return found


def groups(everybody: Mapping[str, Solutions], assignment: Assignment) -> list[CodeGroup]:
    collection = Collection(assignment)
    for student, solutions in everybody.items():
        collection.add(Submission(student, notebooks=notebooks(solutions, assignment)))
    return collection.groups()


def class_of(authors: list[Solutions]) -> dict[str, Solutions]:
    return {f"author{number:02}": solutions for number, solutions in enumerate(authors)}


def renamed(source: str, rng: random.Random) -> str:
    """Give everything another name that the code assigns to, and lay it out anew, without comments."""
    tree = ast.parse(source)
    names = sorted(
        {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    )
    other = {name: f"{rng.choice('abcxyz')}{number}_{name[::-1]}" for number, name in enumerate(names)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = other.get(node.id, node.id)
    return ast.unparse(tree)


def reordered(source: str, rng: random.Random) -> str:
    """Exchange assignments that follow each other."""
    tree = ast.parse(source)
    for body in (node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for at in range(len(body) - 2):
            if isinstance(body[at], ast.Assign) and isinstance(body[at + 1], ast.Assign) and rng.random() < 0.7:
                body[at], body[at + 1] = body[at + 1], body[at]
    return ast.unparse(tree)


def padded(source: str, rng: random.Random) -> str:
    """Put a useless line into each function."""
    tree = ast.parse(source)
    for node in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        line = f"unused_{rng.randrange(99)} = [q for q in range({rng.randrange(99)}) if q % {rng.randrange(2, 9)}]"
        node.body.insert(rng.randrange(max(1, len(node.body))), ast.parse(line).body[0])
    return f"# my own work\n{ast.unparse(tree)}"


def everything(source: str, rng: random.Random) -> str:
    return padded(reordered(renamed(source, rng), rng), rng)


def test_right_solutions_of_different_authors_are_left_alone(authors, assignment):
    """There is one right form of a short function, and all of them are right."""
    assert groups(class_of(authors), assignment) == []


@pytest.mark.parametrize("dress", [renamed, reordered, padded, everything])
def test_every_copy_is_found_and_nobody_else(dress: Callable[[str, random.Random], str], authors, assignment):
    """In both notebooks, however the copy was dressed."""
    rng = random.Random(dress.__name__)
    copies = {f"copy{n:02}": {item: dress(text, rng) for item, text in authors[n].items()} for n in COPIED}
    found = groups(class_of(authors) | copies, assignment)

    expected = {(name, (f"author{n:02}", f"copy{n:02}")) for name in assignment.notebooks for n in COPIED}
    assert {(group.notebook, group.students) for group in found} == expected
    assert all(group.items for group in found)


def test_one_long_function_that_was_copied_is_named(authors, assignment):
    """The rest is the student's own."""
    item = "negSamplingCostAndGradient"
    mixed = dict(authors[9]) | {item: everything(authors[2][item], random.Random(1))}
    (found,) = groups(class_of(authors[:9]) | {"cem": mixed}, assignment)

    assert (found.students, [each.id for each in found.items]) == (("author02", "cem"), [item])
    assert not found.identical


def test_a_function_that_nobody_wrote_is_not_named(authors, assignment):
    """Two students with the same two functions: the others are as they were released."""
    copied = ("softmaxCostAndGradient", "negSamplingCostAndGradient")
    part = {item: authors[4][item] for item in copied}
    found = groups(class_of(authors[:4]) | {"ann": part, "ben": part}, assignment)

    assert [[item.id for item in group.items] for group in found] == [list(copied)]


def test_a_ring_is_one_group_and_is_said_to_be_identical(authors, assignment):
    """Comments and names are nobody's."""
    ring = {f"ring{n}": {item: f"# {n}\n{text}" for item, text in authors[4].items()} for n in range(5)}
    found = groups(class_of(authors) | ring, assignment)

    assert [group.students for group in found] == [("author04", *ring)] * 2
    assert all(group.identical and group.likeness == 1.0 for group in found)


def test_what_the_notebook_says_makes_nobody_alike(authors, assignment):
    """The solution of the instructor, and functions that nobody has written yet."""
    unwritten_ones: dict[str, Solutions] = {f"s{number}": {} for number in range(5)}
    reference = {
        item.id: next(
            cell.source
            for cell in assignment.source_notebook(item.notebook).cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == f"{item.id}_solution"
        )
        for item in assignment.auto_items
    }
    same = {f"t{number}": reference for number in range(5)}

    assert groups(class_of(authors) | unwritten_ones | same, assignment) == []


def test_a_form_that_many_found_makes_nobody_alike(authors, assignment):
    """A copy is rare; what eleven of a class have is how it is done."""
    nine = {f"s{number}": authors[4] for number in range(9)}

    assert groups(class_of(authors) | nine | {"tenth": authors[4]}, assignment) == []
    found = groups(class_of(authors) | nine, assignment)
    assert [group.students for group in found] == [("author04", *nine)] * len(assignment.notebooks)


def test_who_hands_in_together_is_one(authors, assignment):
    """A group of students has one code, of course; somebody else's copy of it is a finding."""
    collection = Collection(assignment)
    pair = GroupWork("Pair", "ben", ("ann", "ben"))
    files = notebooks(authors[4], assignment)
    for student in pair.members:
        collection.add(Submission(student, notebooks=files, group=pair))
    for number, solutions in enumerate(authors[:4]):
        collection.add(Submission(f"author{number}", notebooks=notebooks(solutions, assignment)))
    assert collection.groups() == []
    collection.add(Submission("cem", notebooks=files))

    assert {group.students for group in collection.groups()} == {("ann", "cem")}


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        '"""' * 50_001,
        "'" * 100_001,
        "\\" * 100_001,
        'f"' * 50_000,
        "x=" * 500_000,
        "def leaky_relu(x):\n" + " " * 1_000_000 + "return \ud800",
        "\0\x1b[31m" * 1000,
        "if" + " not" * 100_000,
        "1" * 1_000_000,
    ],
    ids=["nested", "texts", "quotes", "backslashes", "prefixes", "long", "spaces", "odd", "words", "digits"],
)
def test_code_of_any_kind_is_read_in_a_bounded_number_of_steps(source: str, assignment):
    """No syntax is needed, and more than a bound is never looked at."""
    assert len(list(code_likeness.normalised(source))) <= 2 * code_likeness.MOST_TOKENS
    groups({"ann": {"leaky_relu": source}, "ben": {"leaky_relu": source}}, assignment)


def test_a_notebook_that_cannot_be_read_is_left_out(assignment):
    """It is refused elsewhere."""
    collection = Collection(assignment)
    collection.add(Submission("ann", notebooks=dict.fromkeys(assignment.notebooks, b"{")))

    assert collection.groups() == []


def test_the_report_says_how_alike_and_where(assignment):
    """Students who are no longer in the class are left out; nobody is accused."""
    name = assignment.notebooks[0]
    items = tuple(item for item in assignment.auto_items if item.notebook == name)
    found = [CodeGroup(name, items[:2], ("ann", "gone"), False, 0.74), CodeGroup(name, (), ("ann", "ben"), True, 1.0)]
    first, second = like_code(found, {"ann": 0, "ben": 1})

    assert first.label == f"{items[0].heading}, {items[1].heading}"
    assert (first.text, first.students) == ("alike to 74% or more", (0,))
    assert (second.label, second.students) == (name, (0, 1))
    assert "identical" in second.text
