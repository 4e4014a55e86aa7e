"""What of an assignment students have to know to check and pack their work: `handin.asked`, from the sources."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from nbformat import NotebookNode

from ..handin.asked import Asked, GivenCell, GivenText, HandedInFile, Notebook, Role
from ..handin.cell_names import last_heading
from ..model.assignment import Assignment
from ..model.packages import OFFERED
from . import sheets
from .source_notebook import SKIPPED_TAGS, functions_of, grade_id, metadata

# What nbgrader strips of a graded cell, with the lines around it.
HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*\n?", re.MULTILINE | re.DOTALL)
SOLUTION_REGION = re.compile(r"^[^\n]*BEGIN SOLUTION.*?END SOLUTION[^\n]*\n?", re.MULTILINE | re.DOTALL)


def asked_for(assignment: Assignment) -> Asked:
    """Return what the assignment asks for."""
    return Asked(
        assignment.name,
        {name: notebook(name, assignment) for name in assignment.notebooks},
        {name: sheets.form(assignment.sheet(name)) for name in assignment.sheets},
        files=[replace(file, drawn_in=_maker_of(file, assignment)) for file in assignment.files],
        kit=assignment.kit,
        student_id=assignment.student_id,
        packages=sorted({*OFFERED, *(name.partition(".")[0] for name in assignment.libraries)}),
        libraries=assignment.libraries,
    )


def notebook(name: str, assignment: Assignment) -> Notebook:
    """Return what is asked for in one notebook."""
    source = assignment.source_notebook(name)
    every = [cell for cell in source.cells if sheets.SCHEME_TAG not in cell.metadata.get("tags", [])]
    released = [cell for cell in every if grade_id(cell)]
    prompts = {grade_id(cell): cell.source for cell in released}
    written = [item.id for item in assignment.person_items if item.notebook == name]
    return Notebook(
        functions=functions_of(source),
        questions={item: prompts[f"{item}_prompt"] for item in written},
        cells=[_given(cell) for cell in released if cell.cell_type == "code"],
        texts=texts(every, written),
        headings=_headings(every),
    )


def _headings(cells: Iterable[NotebookNode]) -> dict[str, str]:
    """Return the heading above each cell that has an id, without its points."""
    found, heading = {}, ""
    for cell in cells:
        if cell.cell_type != "code":
            heading = last_heading(cell.source) or heading
        if grade_id(cell) and (cell.cell_type == "code" or metadata(cell).get("solution")):
            found[grade_id(cell)] = heading
    return found


def texts(cells: Iterable[NotebookNode], written: Collection[str]) -> list[GivenText]:
    """Return those of the given cells that hold no code; `written` are the items that are answered in words."""
    return [
        GivenText(grade_id(cell), SOLUTION_REGION.sub("", cell.source), is_answer=grade_id(cell) in written)
        for cell in cells
        if cell.cell_type != "code"
    ]


def _given(cell: NotebookNode) -> GivenCell:
    tags = SKIPPED_TAGS & set(cell.metadata.get("tags", []))
    if metadata(cell).get("solution"):
        return GivenCell(grade_id(cell), Role.SOLUTION)
    if metadata(cell).get("grade"):
        return GivenCell(grade_id(cell), Role.GRADED, HIDDEN.sub("", cell.source))
    role = Role.TRAINING if "training" in tags else Role.TRY if tags else Role.RUN
    return GivenCell(grade_id(cell), role, cell.source)


def _maker_of(file: HandedInFile, assignment: Assignment) -> str:
    """Return the first notebook whose code names the file, "" if none does."""
    for name in assignment.notebooks:
        cells = assignment.source_notebook(name).cells
        if any(cell.cell_type == "code" and file.name in cell.source for cell in cells):
            return name
    return ""
