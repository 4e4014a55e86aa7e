"""A student's written answers, one text for each item that a person marks, without what was given."""

from collections.abc import Mapping

from ..course import sheets
from ..course.source_notebook import grade_id as id_of
from ..handin import filled_sheet, notebook_file
from ..handin.problems import Unusable
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from .cell_matching import GivenNotebook


def written_answers(
    submission: Submission, assignment: Assignment, given: Mapping[str, GivenNotebook]
) -> dict[str, str]:  # fmt: skip
    """Return the answers by item, in the order of the assignment; "" where nothing was written.

    Never raises for a fault in the submission. Nothing here is safe to show (see `safe_markdown`).

    `given` are the released notebooks by name: their text is not the student's.
    """
    found: dict[str, str] = {}
    for name in assignment.sheets:
        found |= sheets.read_filled(assignment.sheet(name), submission.sheets.get(name, "")).answers
    for name, notebook in given.items():
        items = [item for item in assignment.person_items if item.notebook == name]
        if items:
            found |= _in_notebook(submission.notebooks.get(name), items, notebook)
    return {item.id: found.get(item.id, "") for item in assignment.person_items}


def answers_on_paper(submission: Submission, assignment: Assignment) -> frozenset[str]:
    """Return the ids of the items that may be answered in a PDF which was handed in: it is shown with them."""
    pdfs = [file for file in assignment.files if file.kind == "pdf" and file.id in submission.files]
    return frozenset(item_id for file in pdfs for item_id in file.show_with)


def question_of(item: Item, assignment: Assignment) -> str:
    """Return the text of an item's question, in whatever file it stands."""
    if item.notebook in assignment.sheets:
        return next(entry.question for entry in assignment.sheet(item.notebook).items if entry.id == item.id)
    cells = {id_of(cell): cell.source for cell in assignment.source_notebook(item.notebook).cells}
    return cells.get(f"{item.id}_prompt", "")


def _in_notebook(data: bytes | None, items: list[Item], given: GivenNotebook) -> dict[str, str]:
    if data is None:
        return {}
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return {}
    sources = {grade_id: cells[index].source for index, grade_id in given.match(cells).items()}
    return {item.id: _own_lines(sources.get(item.id, ""), given.sources.get(item.id, "")) for item in items}


def _own_lines(answer: str, given: str) -> str:
    known = {line.strip() for line in given.splitlines()} - {""}
    kept = [line for line in answer.splitlines() if line.strip() not in known]
    return "\n".join(line.replace(filled_sheet.ANSWER_MARK, "", 1) for line in kept).strip()
