"""The instructor's own answers, as people read them beside a student's."""

from collections.abc import Iterator

from markupsafe import Markup
from nbformat import NotebookNode

from ..course.source_notebook import grade_id
from ..formats.markdown_to_html import markdown_to_html
from ..model.assignment import Assignment, Item


def model_answers(assignment: Assignment) -> dict[str, Markup]:
    """Return the instructor's answer to every item as HTML."""
    answers = {
        item.id: markdown_to_html(item.model_answer)
        for name in assignment.sheets
        for item in assignment.sheet(name).items
    }
    for name in assignment.notebooks:
        cells = {grade_id(cell): cell for cell in assignment.source_notebook(name).cells}
        for item in (entry for entry in assignment.items if entry.notebook == name):
            if parts := list(_parts(item, cells, assignment)):
                answers[item.id] = Markup("\n").join(parts)
    return answers


def _parts(item: Item, cells: dict[str, NotebookNode], assignment: Assignment) -> Iterator[Markup]:
    for cell_id in assignment.solution_cells(item):
        yield Markup("<pre>{}</pre>").format(assignment.regions.complete(cells[cell_id].source))
    cell = cells[item.id]
    if cell.cell_type != "code" and cell.metadata.nbgrader.get("solution"):
        yield markdown_to_html(assignment.regions.solution_in(cell))
