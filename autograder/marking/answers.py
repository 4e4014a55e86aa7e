"""A student's written answers, one text for each item that a person marks, without what was given."""

from collections.abc import Mapping

from ..course import sheets
from ..course.source_notebook import grade_id as id_of
from ..handin import filled_sheet, notebook_answers, notebook_file, other_files
from ..handin.notebook_answers import Answer
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
        answers = in_notebook(submission.notebooks.get(name), notebook)
        found |= {item_id: answer.text for item_id, answer in answers.items()}
    return {item.id: found.get(item.id, "") for item in assignment.person_items}


def answers_on_paper(submission: Submission, assignment: Assignment) -> frozenset[str]:
    """Return the ids of the items that may be answered in a PDF which was handed in: it is shown with them."""
    pdfs = [file for file in assignment.files if file.kind == "pdf" and file.id in submission.files]
    return frozenset(item_id for file in pdfs for item_id in file.show_with)


def may_be_elsewhere(item: Item, submission: Submission, assignment: Assignment) -> bool:
    """Whether the answer to an item, of which nothing was found, may be where a person has to look for it."""
    on_paper = answers_on_paper(submission, assignment)
    if item.id in on_paper or files_to_open(item, submission, assignment, ""):
        return True
    if item.notebook not in assignment.sheets:
        return False
    form = sheets.form(assignment.sheet(item.notebook))
    hints = filled_sheet.hints(form, submission.sheets.get(item.notebook), on_paper=on_paper)[item.id]
    return bool({filled_sheet.NO_HEADING, filled_sheet.OUTSIDE} & {*hints})


def files_to_open(item: Item, submission: Submission, assignment: Assignment, answer: str) -> list[str]:
    """Return the files of a submission that nothing reads and that may hold the answer to an item.

    Those with the name of the item's sheet may; those with no sheet's name may where the answer is empty.
    """
    texts = [*submission.notebooks.values(), *(text.encode() for text in submission.sheets.values())]
    is_missing = filled_sheet.is_empty(answer)
    found = []
    for path in submission.others:
        sheet = other_files.sheet_named(path, assignment)
        is_plot = path.lower().endswith(".png") or other_files.is_named_in(path, texts)
        if not is_plot and (sheet == item.notebook or (not sheet and is_missing)):
            found.append(path)
    return found


def question_of(item: Item, assignment: Assignment) -> str:
    """Return the text of an item's question, in whatever file it stands."""
    if item.notebook in assignment.sheets:
        return next(entry.question for entry in assignment.sheet(item.notebook).items if entry.id == item.id)
    cells = {id_of(cell): cell.source for cell in assignment.source_notebook(item.notebook).cells}
    return cells.get(f"{item.id}_prompt", "")


def in_notebook(data: bytes | None, given: GivenNotebook) -> Mapping[str, Answer]:
    """Return the answers in one submitted notebook by item. Never raises for a fault in it."""
    if data is None:
        return {}
    try:
        return notebook_answers.find(notebook_file.read(data).cells, given.given_texts)
    except Unusable:
        return {}
