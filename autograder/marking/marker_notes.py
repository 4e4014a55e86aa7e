"""What a marker sees next to an answer: the formula check with a suggested mark, hints, and pictures.

All of it is in separate cells, never among the student's words. The notes for the marker have the tag of a mark
scheme, because what is for markers only leaves a notebook by that tag.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from ..course import sheets
from ..course.source_notebook import grade_id as id_of
from ..formats.safe_markdown import harmless
from ..handin import answer_pictures, filled_sheet
from ..handin.answer_length import too_long
from ..handin.asked import HandedInFile
from ..handin.names import MAX_NAME_CHARS, listed
from ..handin.notebook_answers import Answer
from ..model.assignment import Assignment, Item
from ..model.report import Awaiting, FormulaStatus, Report
from ..model.submission import Submission
from .answers import answers_on_paper, files_to_open, question_of
from .rendered_pictures import Pictures, RenderedPictures

NOT_MADE = Pictures(note="No pictures were made here.")
MOST_CODE = 2_000  # characters of a solution cell that are quoted

_RESULT_POINTS = re.compile(r"^- \*\*(?P<points>\d+(?:\.\d+)?)\*\* for the final result", re.MULTILINE)
_SIGN_RULE = re.compile(r"^Deduct (?P<points>\d+(?:\.\d+)?) once for a sign error", re.MULTILINE)


@dataclass(frozen=True)
class Exhibits:
    """The parts of a submission that are shown next to its answers."""

    submission: Submission
    assignment: Assignment
    report: Report
    answers: Mapping[str, str]  # by item, without what was given
    in_notebooks: Mapping[str, Answer] = field(default_factory=dict)  # where those in notebooks were found

    def notes(self) -> dict[str, list[str]]:
        """Return the sentences for the marker by item, in markdown; items without any are left out."""
        awaiting = {entry.id: entry for entry in self.report.awaiting_person}
        hints = dict(self._hints())
        notes = {
            item.id: [
                *formula_notes(awaiting[item.id], mark_scheme_of(item, self.assignment)),
                *hints[item.id],
                *elsewhere_notes(item, self.submission, self.assignment, self.answers[item.id]),
            ]
            for item in self.assignment.person_items
            if item.id in awaiting
        }
        return {item_id: entries for item_id, entries in notes.items() if entries}

    def _hints(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        on_paper = answers_on_paper(self.submission, self.assignment)
        for name in self.assignment.sheets:
            form = sheets.form(self.assignment.sheet(name))
            yield from filled_sheet.hints(form, self.submission.sheets.get(name), on_paper=on_paper).items()
        for item in self.assignment.person_items:
            if item.notebook not in self.assignment.sheets:
                yield item.id, tuple(self._notebook_hints(item, item.id in on_paper))

    def _notebook_hints(self, item: Item, on_paper: bool) -> Iterator[str]:
        answer = self.answers[item.id]
        if (found := self.in_notebooks.get(item.id)) and found.note:
            yield found.note
        if filled_sheet.is_empty(answer):
            yield filled_sheet.ON_PAPER if on_paper else filled_sheet.EMPTY
        elif hint := too_long(question_of(item, self.assignment), answer):
            yield hint


def add_marker_notes(
    notebooks: Mapping[str, NotebookNode], exhibits: Exhibits, rendered: RenderedPictures | None
) -> dict[str, bytes]:
    """Put notes and pictures next to the answers, and return the files that the notebooks refer to."""
    submission, files = exhibits.submission, dict[str, bytes]()
    holders = {id_of(cell): notebook for notebook in notebooks.values() for cell in notebook.cells}
    for item_id, sentences in exhibits.notes().items():
        text = "**For the marker**\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
        _insert(holders, item_id, note(f"{item_id}-notes", text, tags=[sheets.SCHEME_TAG]))
    for item in exhibits.assignment.person_items:
        text, own = _pictures_of(item, exhibits, rendered)
        files |= own
        if text:
            _insert(holders, item.id, note(f"{item.id}-pictures", text), after=True)
    for file in exhibits.assignment.files:
        if file.id in submission.files:
            text, own = _shown(file, submission.files[file.id], rendered)
            files |= own
            if file.kind == "png" and file.id in {item.id for item in exhibits.assignment.auto_items}:
                text += _solution(f"{file.id}_solution", holders)
            for item_id in file.show_with:
                _insert(holders, item_id, note(f"{item_id}-file-{file.id}", text), after=file.kind == "pdf")
    return files


def formula_notes(entry: Awaiting, mark_scheme: str) -> Iterator[str]:
    """Yield what the formula check found, and the mark that the scheme would give for it: a marker may overrule it."""
    if not entry.formula:
        return
    yield f"Formula check, **{entry.formula}**: {harmless(entry.diagnosis or '')}".rstrip(": ")
    suggested = suggested_mark(entry, mark_scheme)
    if suggested is not None:
        yield f"Suggested for the final result: **{suggested[0]:g} of {suggested[1]:g}**; please mark the steps."


def elsewhere_notes(item: Item, submission: Submission, assignment: Assignment, answer: str) -> Iterator[str]:
    """Yield which files of the student a person has to open, as they may hold the answer and nothing reads them."""
    for path in files_to_open(item, submission, assignment, answer):
        place = f"submitted/{submission.student}/{assignment.name}/{path}"
        yield f"The answer may be in a file that is not read: open {harmless(place)} if you trust it."


def suggested_mark(entry: Awaiting, mark_scheme: str) -> tuple[float, float] | None:
    """Return (points, of how many) for the final formula of an answer; None where a person has to decide."""
    match = _RESULT_POINTS.search(mark_scheme)
    if match is None or entry.formula not in (FormulaStatus.RIGHT, FormulaStatus.WRONG):
        return None
    most, rule = float(match["points"]), _SIGN_RULE.search(mark_scheme)
    if entry.formula == FormulaStatus.RIGHT:
        return most, most
    only_a_sign = rule is not None and re.search(r"\bsign\b", entry.diagnosis or "")
    return (max(0.0, most - float(rule["points"])) if rule and only_a_sign else 0.0), most


def mark_scheme_of(item: Item, assignment: Assignment) -> str:
    """Return the mark scheme of an item on a sheet, "" for one in a notebook."""
    if item.notebook not in assignment.sheets:
        return ""
    return next(entry.mark_scheme for entry in assignment.sheet(item.notebook).items if entry.id == item.id)


def note(cell_id: str, text: str, tags: list[str] | None = None) -> NotebookNode:
    """Return a cell of ours that nobody marks."""
    metadata = NotebookNode(editable=False, deletable=False, **({"tags": tags} if tags else {}))
    return NotebookNode(cell_type="markdown", id=cell_id, metadata=metadata, source=text)


def _shown(file: HandedInFile, data: bytes, rendered: RenderedPictures | None) -> tuple[str, dict[str, bytes]]:
    """Return what a person sees of a file that was handed in, in markdown, and the files which that refers to."""
    if file.kind == "png":
        pictures = rendered.plot(data) if rendered else NOT_MADE
        files = {f"{file.id}.jpg": picture for picture in pictures.files}
    else:
        pictures = rendered.pages(data) if rendered else NOT_MADE
        files = {f"{file.id}_page_{number:02}.jpg": picture for number, picture in enumerate(pictures.files, start=1)}
    # HTML: markdown has no widths, and formgrader sets no largest one
    tags = [f'<img src="{name}" alt="{name}" style="max-width: 100%">' for name in files]
    parts = [f"**{file.name}**", *([f"**{pictures.note}**"] if pictures.note else []), *tags]
    if file.kind == "pdf":
        parts.append(f"[The PDF as it was submitted]({file.id}.pdf)")
        files[f"{file.id}.pdf"] = data
    return "\n\n".join(parts), files


def _pictures_of(item: Item, exhibits: Exhibits, rendered: RenderedPictures | None) -> tuple[str, dict[str, bytes]]:
    """Return the pictures of an answer, in markdown, and the files which that refers to."""
    answer = exhibits.in_notebooks.get(item.id)
    pictures, missing = answer_pictures.shown_in(
        exhibits.answers[item.id], exhibits.submission.others, answer.pictures if answer else ()
    )
    parts, files = [], dict[str, bytes]()
    for number, picture in enumerate(pictures, start=1):
        drawn = rendered.photo(picture.data) if rendered else NOT_MADE
        parts.append(f"**{harmless(picture.name[:MAX_NAME_CHARS])}**")
        parts += [f"**{drawn.note}**"] if drawn.note else []
        for data in drawn.files:
            files[f"{item.id}_picture_{number}.jpg"] = data
            parts.append(f'<img src="{item.id}_picture_{number}.jpg" alt="picture {number}" style="max-width: 100%">')
    if missing:
        parts.append(f"Not handed in, though the answer shows it: {harmless(listed(missing, quote=True))}.")
    return "\n\n".join(["**Pictures in this answer**", *parts]) if parts else "", files


def _solution(cell_id: str, holders: Mapping[str, NotebookNode]) -> str:
    """Return the code that belongs to a picture, such as how long its making took: it is quoted, not run."""
    notebook = holders.get(cell_id)
    source = next((cell.source for cell in notebook.cells if id_of(cell) == cell_id), "") if notebook else ""
    source = source.strip()[:MOST_CODE]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`*", source))))
    return "\n\n" + harmless(f"{fence}python\n{source}\n{fence}") if source else ""


def _insert(holders: Mapping[str, NotebookNode], item_id: str, cell: NotebookNode, after: bool = False) -> None:
    """Put a cell before or behind that of an item; `holders` are the notebooks by the ids of their cells."""
    if notebook := holders.get(item_id):
        place = next(number for number, other in enumerate(notebook.cells) if id_of(other) == item_id)
        notebook.cells.insert(place + after, cell)
