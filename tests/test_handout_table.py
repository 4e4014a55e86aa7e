"""Is everything that docs/handout.md names really there, with the words and the points that it says?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course.assignment import load
from autograder.grading import check_run

PROJECT = Path(__file__).resolve().parents[1]
TABLE = PROJECT / "docs" / "handout.md"
REFERENCE = re.compile(r"`(?P<name>[^`]+)`(?: \"(?P<words>[^\"]+)\")?")
ASSIGNMENT = load(PROJECT, "hw4")
ITEMS = {item.id: item for item in ASSIGNMENT.items}
CHECKS = {check.name: check.item for check in check_run.collect(ASSIGNMENT)}


@dataclass(frozen=True)
class Row:
    """One demand of the handout."""

    section: str
    demand: str
    kept_in: str
    points: str
    changed: str

    @property
    def references(self) -> list[tuple[str, str]]:
        return [(match["name"], match["words"] or "") for match in REFERENCE.finditer(self.kept_in)]


def cells() -> dict[str, str]:
    """Return the text of each cell, as the table names it."""
    found = {}
    for name in ASSIGNMENT.notebooks:
        found |= {f"{name}:{cell.id}": cell.source for cell in ASSIGNMENT.source_notebook(name).cells}
    return found


CELLS = cells()
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
ROWS = [Row(*(part.strip() for part in line.strip("|").split("|"))) for line in LINES]


def text_of(name: str) -> str:
    """Return the text that a name of the table stands for. Fails where there is none."""
    if name in ITEMS and ITEMS[name].notebook in ASSIGNMENT.sheets:
        return next(each.question for each in ASSIGNMENT.sheet(ITEMS[name].notebook).items if each.id == name)
    if name in ITEMS or name in CHECKS:
        return name
    if name in CELLS:
        return CELLS[name]
    assert (PROJECT / name).is_file(), f"{name} is no cell, no item, no check and no file"
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.section}: {row.demand}"[:60])
def test_everything_that_a_row_names_is_there(row: Row):
    """Each demand is kept somewhere, and what is quoted stands there word for word."""
    assert row.references
    for name, words in row.references:
        assert words in text_of(name), name


@pytest.mark.parametrize("row", [row for row in ROWS if row.points], ids=lambda row: row.demand[:60])
def test_points_are_those_of_the_items(row: Row):
    """Those that a row names, or whose checks or prompts it names; in the row of the whole, those of all."""
    named = {CHECKS.get(name, name.partition(":")[2].removesuffix("_prompt") or name) for name, _ in row.references}
    items = [item for item in ASSIGNMENT.items if item.id in named] or ASSIGNMENT.items

    assert float(row.points) == sum(item.points for item in items)


def test_every_item_has_its_row():
    """No item that the handout does not ask for, and none that the table forgets."""
    named = {name.partition(":")[2].removesuffix("_prompt") or name for row in ROWS for name, _ in row.references}

    assert named >= ITEMS.keys()


def test_every_section_of_the_handout_has_rows():
    """From the due date to the references."""
    sections = "head 1 2 2.1 2.1.1 2.2 3 3.1 3.1.1 3.1.2 3.1.3 3.2 Submission References".split()

    assert list(dict.fromkeys(row.section for row in ROWS)) == sections


def test_the_points_of_each_half_are_those_of_the_handout():
    """35 and 65."""
    first = [item.points for item in ASSIGNMENT.items if item.notebook in ("hw4_partI", "adversarial")]

    assert (sum(first), sum(item.points for item in ASSIGNMENT.items)) == (35, 100)
