"""What of an assignment students have to know to check and pack their work: `handin.asked`, from the sources."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from nbformat import NotebookNode

from ..handin.asked import Asked, GivenCell, GivenText, HandedInFile, Notebook, Role
from ..handin.cell_names import last_heading
from ..model.assignment import Assignment
from ..model.packages import OFFERED
from . import questions, sheets
from .source_notebook import SKIPPED_TAGS, functions_in, functions_of, grade_id, metadata, solutions_of


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
        ungraded=assignment.ungraded,
        ungraded_notebooks=assignment.ungraded_notebooks,
    )


def notebook(name: str, assignment: Assignment) -> Notebook:
    """Return what is asked for in one notebook."""
    source = assignment.source_notebook(name)
    released = questions.released(source, assignment.regions)
    written = [item.id for item in assignment.person_items if item.notebook == name]
    return Notebook(
        functions=functions_of(name, source, {test.id for test in assignment.tests(name)}),
        questions=questions.texts(released, written),
        cells=[_given(cell) for cell in released if cell.cell_type == "code" and grade_id(cell)],
        texts=texts(released, written),
        headings=_headings(released),
        solutions=solutions_of(source),
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


def texts(released: Sequence[NotebookNode], written: Collection[str]) -> list[GivenText]:
    """Return those of the cells that hold no code; `written` are the items that a person marks."""
    asks = {place: item for item, places in questions.places(released, written).items() for place in places}
    return [
        GivenText(
            grade_id(cell),
            cell.source,
            is_answer=grade_id(cell) in written and bool(metadata(cell).get("solution")),
            asks=asks.get(place, ""),
        )
        for place, cell in enumerate(released)
        if cell.cell_type != "code"
    ]


def _given(cell: NotebookNode) -> GivenCell:
    """Return a cell of code, as it was released."""
    tags = SKIPPED_TAGS & set(cell.metadata.get("tags", []))
    if metadata(cell).get("solution"):
        return GivenCell(grade_id(cell), Role.SOLUTION, cell.source, functions_in(cell.source))
    if metadata(cell).get("grade"):
        return GivenCell(grade_id(cell), Role.GRADED, cell.source)
    role = Role.TRAINING if "training" in tags else Role.TRY if tags else Role.RUN
    return GivenCell(grade_id(cell), role, cell.source)


def _maker_of(file: HandedInFile, assignment: Assignment) -> str:
    """Return the first notebook whose code names the file, "" if none does."""
    for name in assignment.notebooks:
        cells = assignment.source_notebook(name).cells
        if any(cell.cell_type == "code" and file.name in cell.source for cell in cells):
            return name
    return ""
