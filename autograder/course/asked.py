"""What of an assignment students have to know to check and pack their work: `handin.asked`, from the sources."""

from dataclasses import replace

from nbformat import NotebookNode

from ..handin.asked import Asked, HandedInFile, Notebook
from ..handin.cell_code import names_in
from ..model.assignment import Assignment
from . import sheets
from .source_notebook import SKIPPED_TAGS, functions_of, grade_id, metadata


def asked_for(assignment: Assignment) -> Asked:
    """Return what the assignment asks for."""
    return Asked(
        assignment.name,
        {name: _notebook(name, assignment) for name in assignment.notebooks},
        {name: sheets.form(assignment.sheet(name)) for name in assignment.sheets},
        files=[replace(file, drawn_in=_maker_of(file, assignment)) for file in assignment.files],
        kit=assignment.kit,
        student_id=assignment.student_id,
    )


def _notebook(name: str, assignment: Assignment) -> Notebook:
    source = assignment.source_notebook(name)
    cells = {grade_id(cell): cell for cell in source.cells if grade_id(cell)}
    given = {key: cell for key, cell in cells.items() if not metadata(cell).get("solution")}
    code = {key: cell for key, cell in given.items() if cell.cell_type == "code" and not metadata(cell).get("grade")}
    skipped = [key for key, cell in code.items() if SKIPPED_TAGS & set(cell.metadata.get("tags", []))]
    written = [item.id for item in assignment.person_items if item.notebook == name]
    return Notebook(
        functions=functions_of(source),
        questions={item: cells[f"{item}_prompt"].source for item in written},
        given=list(given),
        training=[key for key in skipped if "training" in cells[key].metadata.tags],
        graded=[key for key in given if metadata(cells[key]).get("grade")],
        names=_defined([cell for key, cell in code.items() if key not in skipped]),
        skipped_names=_defined([cells[key] for key in skipped]),
    )


def _defined(cells: list[NotebookNode]) -> list[str]:
    return sorted({name for cell in cells for name in names_in(cell.source).defined})


def _maker_of(file: HandedInFile, assignment: Assignment) -> str:
    """Return the first notebook whose code names the file, "" if none does."""
    for name in assignment.notebooks:
        cells = assignment.source_notebook(name).cells
        if any(cell.cell_type == "code" and file.name in cell.source for cell in cells):
            return name
    return ""
