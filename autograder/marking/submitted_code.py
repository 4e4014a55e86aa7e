"""The code that a student handed in for each item that checks grade: the cells in which it is to be written."""

from collections.abc import Mapping

from ..handin import notebook_file
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.submission import Submission
from .cell_matching import GivenNotebook


def submitted_code(
    submission: Submission, assignment: Assignment, given: Mapping[str, GivenNotebook]
) -> dict[str, str]:  # fmt: skip
    """Return the source of the cells by item, as they were handed in; an item whose cell is not found is left out.

    Never raises for a fault in the submission. Nothing here is safe to show as HTML.

    `given` are the notebooks by name, as students get them.
    """
    found = dict[tuple[str, str], str]()  # by notebook and cell
    for name, notebook in given.items():
        data = submission.notebooks.get(name)
        if data is None:
            continue
        try:
            cells = notebook_file.read(data).cells
        except Unusable:
            continue
        for index, cell_id in notebook.match(cells).items():
            if cells[index].cell_type == "code" and cells[index].source.strip():
                found[name, cell_id] = cells[index].source
    code = {
        item.id: [
            found[place] for cell_id in assignment.solution_cells(item) if (place := (item.notebook, cell_id)) in found
        ]
        for item in assignment.auto_items
    }
    return {item_id: "\n\n".join(sources) for item_id, sources in code.items() if sources}
