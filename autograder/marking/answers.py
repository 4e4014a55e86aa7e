"""A student's written answers, one text for each item that a person marks, without what was given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..course import questions, sheets
from ..handin import filled_sheet, notebook_answers, notebook_file, other_files
from ..handin.asked import HandedInFile
from ..handin.notebook_answers import Answer
from ..handin.problems import Unusable
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from . import cell_answers
from .cell_matching import GivenNotebook


@dataclass(frozen=True)
class Written:
    """What a student wrote for a person to mark. Nothing here is safe to show (see `safe_markdown`)."""

    texts: Mapping[str, str] = field(default_factory=dict)  # of every item, in the order of the assignment; or ""
    in_notebooks: Mapping[str, Answer] = field(default_factory=dict)  # where those in notebooks were found, by item
    sheets: Mapping[str, filled_sheet.Filled] = field(default_factory=dict)  # by name
    code: Mapping[str, str] = field(default_factory=dict)  # of the cell that makes a picture, by id of its file


def written_answers(
    submission: Submission, assignment: Assignment, given: Mapping[str, GivenNotebook]
) -> Written:  # fmt: skip
    """Return the answers, and what stands with them in the same files.

    Never raises for a fault in the submission.

    `given` are the released notebooks by name: their text is not the student's.
    """
    filled = {
        name: sheets.read_filled(assignment.sheet(name), submission.sheets.get(name, "")) for name in assignment.sheets
    }
    found: dict[str, Answer] = {}
    for name, notebook in given.items():
        found |= in_notebook(submission.notebooks.get(name), notebook)
    texts = {item_id: text for sheet in filled.values() for item_id, text in sheet.answers.items()}
    texts |= {item_id: answer.text for item_id, answer in found.items()}
    return Written(
        {item.id: texts.get(item.id, "") for item in assignment.person_items},
        found,
        filled,
        dict(_code_of_pictures(submission, assignment, given)),
    )


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
    cells = questions.released(assignment.source_notebook(item.notebook), assignment.regions)
    beside = next(iter(assignment.solution_cells(item)), item.id)
    return questions.texts(cells, [item.id], {item.id: beside})[item.id]


def made_by_code(file: HandedInFile, assignment: Assignment) -> bool:
    """Whether a file is a picture that the code of an item makes."""
    return file.kind == "png" and file.id in {item.id for item in assignment.auto_items}


def _code_of_pictures(
    submission: Submission, assignment: Assignment, given: Mapping[str, GivenNotebook]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    for file in assignment.files:
        if file.id in submission.files and made_by_code(file, assignment):
            name = assignment.item(file.id).notebook
            cell_id = next(iter(assignment.solution_cells(assignment.item(file.id))), "")
            if code := _solution(submission.notebooks.get(name), given[name], cell_id):
                yield file.id, code


def _solution(data: bytes | None, given: GivenNotebook, cell_id: str) -> str:
    """Return the code that a student wrote into a given cell, "" where it is not found."""
    if data is None:
        return ""
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return ""
    return next((cells[index].source for index, found in given.match(cells).items() if found == cell_id), "").strip()


def in_notebook(data: bytes | None, given: GivenNotebook) -> Mapping[str, Answer]:
    """Return the answers in one submitted notebook by item. Never raises for a fault in it."""
    if data is None:
        return {}
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return {}
    return {**notebook_answers.find(cells, given.given_texts), **dict(cell_answers.find(cells, given))}
