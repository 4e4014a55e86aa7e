"""The table of all hidden checks with their weights, for docs/checks.md.

Usage: `python -m autograder.grading.check_table [NAME]`, with the name of the assignment where there are several.
"""

import sys
from pathlib import Path

from ..course import assignment as assignments
from ..model.assignment import Assignment
from . import test_cells
from .check_run import collect

OPENING = """# Hidden checks and their weights

Generated from the code by `make docs`; do not edit.
An item's score is its points times the share of the weight of its checks that passed.
A test cell of a notebook counts as one check of weight 1.
Do not give this file to students: the sentences say what is checked.
"""


def render(assignment: Assignment) -> str:
    """Return the table as markdown: for each item its checks, what each is worth, and its sentence."""
    checks = collect(assignment)
    tested = {test.id for name in assignment.notebooks for test in assignment.tests(name)}
    lines = [OPENING]
    for item in assignment.auto_items:
        own = [(test_cells.WEIGHT, "The test cell of the notebook.")] if item.id in tested else []
        own += [(check.weight, check.sentence) for check in checks if check.item == item.id]
        total = sum(weight for weight, _ in own)
        lines += [f"## {item.id} ({item.points:g} points)", "", "| points | what is true of right code |", "|---:|---|"]
        lines += [f"| {item.points * weight / total:.2f} | {sentence} |" for weight, sentence in own]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render(assignments.load(Path.cwd(), *sys.argv[1:2])))
