"""The code that a student handed in for each item that checks grade: the cell in which its function is written."""

from collections.abc import Mapping

from ..handin import notebook_file
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.submission import Submission
from .cell_matching import GivenNotebook

SOLUTION = "_solution"  # what the id of that cell ends in


def submitted_code(
    submission: Submission, assignment: Assignment, given: Mapping[str, GivenNotebook]
) -> dict[str, str]:  # fmt: skip
    """Return the source of the cells by item, as they were handed in; an item whose cell is not found is left out.

    Never raises for a fault in the submission. Nothing here is safe to show as HTML.

    `given` are the notebooks by name, as students get them.
    """
    asked = {f"{item.id}{SOLUTION}": item.id for item in assignment.auto_items}
    found = {}
    for name, notebook in given.items():
        data = submission.notebooks.get(name)
        if data is None:
            continue
        try:
            cells = notebook_file.read(data).cells
        except Unusable:
            continue
        for index, cell_id in notebook.match(cells).items():
            if cell_id in asked and cells[index].source.strip():
                found[asked[cell_id]] = cells[index].source
    return {item.id: found[item.id] for item in assignment.auto_items if item.id in found}
