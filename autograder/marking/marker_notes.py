"""What a marker sees next to an answer: the formula check with a suggested mark, hints, and pictures.

All of it is in separate cells, never among the student's words. The notes for the marker have the tag of a mark
scheme, because what is for markers only leaves a notebook by that tag.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape
from nbformat import NotebookNode

from ..course import sheets
from ..course.mark_schemes import rubric_of
from ..course.source_notebook import grade_id as id_of
from ..formats.safe_markdown import harmless
from ..handin import filled_sheet
from ..handin.answer_length import too_long
from ..model.assignment import Assignment, Item
from ..model.report import Awaiting, Report
from ..model.rubric import Rubric
from ..model.submission import Submission
from .answers import Written, answers_on_paper, files_to_open, question_of
from .exhibits import Exhibit
from .formula_ticks import suggested_points


@dataclass(frozen=True)
class MarkersView:
    """One submission as its marker sees it."""

    submission: Submission
    assignment: Assignment
    report: Report
    written: Written

    def notes(self) -> dict[str, list[str]]:
        """Return the sentences for the marker by item, in markdown, without those about formulas.

        They may hold names of files of the student's: nothing here is safe to show.
        """
        waiting = {entry.id for entry in self.report.awaiting_person}
        hints = dict(self._hints())
        return {
            item.id: [
                *hints[item.id],
                *elsewhere_notes(item, self.submission, self.assignment, self.written.texts[item.id]),
            ]
            for item in self.assignment.person_items
            if item.id in waiting
        }

    def _hints(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        on_paper = answers_on_paper(self.submission, self.assignment)
        for name in self.assignment.sheets:
            form = sheets.form(self.assignment.sheet(name))
            yield from filled_sheet.hints(form, self.submission.sheets.get(name), on_paper=on_paper).items()
        for item in self.assignment.person_items:
            if item.notebook not in self.assignment.sheets:
                yield item.id, tuple(self._notebook_hints(item, item.id in on_paper))

    def _notebook_hints(self, item: Item, on_paper: bool) -> Iterator[str]:
        answer = self.written.texts[item.id]
        if (found := self.written.in_notebooks.get(item.id)) and found.note:
            yield found.note
        if filled_sheet.is_empty(answer):
            yield filled_sheet.ON_PAPER if on_paper else filled_sheet.EMPTY
        elif hint := too_long(question_of(item, self.assignment), answer):
            yield hint


def add_marker_notes(
    notebooks: Mapping[str, NotebookNode], view: MarkersView, exhibits: Mapping[str, Sequence[Exhibit]]
) -> None:  # fmt: skip
    """Put notes and pictures next to the answers; the pictures are files in the folder of the notebooks."""
    holders = {id_of(cell): notebook for notebook in notebooks.values() for cell in notebook.cells}
    awaiting = {entry.id: entry for entry in view.report.awaiting_person}
    for item_id, sentences in view.notes().items():
        rubric = rubric_of(view.assignment.item(item_id), view.assignment)
        lines = [*formula_notes(awaiting[item_id], rubric), *sentences]
        if lines:
            text = "**For the marker**\n\n" + "\n".join(f"- {harmless(line)}" for line in lines)
            _insert(holders, item_id, note(f"{item_id}-notes", text, tags=[sheets.SCHEME_TAG]))
    for item_id, shown in exhibits.items():
        own = [part for exhibit in shown if exhibit.is_own for part in _markdown(exhibit)]
        if own:
            text = "\n\n".join(["**Pictures in this answer**", *own])
            _insert(holders, item_id, note(f"{item_id}-pictures", text), after=True)
    for item_id, shown in exhibits.items():
        for exhibit in shown:
            if not exhibit.is_own:
                cell = note(f"{item_id}-file-{exhibit.id}", "\n\n".join(_markdown(exhibit)))
                _insert(holders, item_id, cell, after=bool(exhibit.original))


def formula_notes(entry: Awaiting, rubric: Rubric) -> Iterator[str]:
    """Yield what the formula check found, and the mark that the rubric would give for it: a marker may overrule it."""
    if not entry.formula:
        return
    yield f"Formula check, **{entry.formula}**: {entry.diagnosis or ''}".rstrip(": ")
    suggested = suggested_points(rubric, entry.formula, entry.diagnosis)
    if suggested is not None:
        yield f"Suggested for the final result: **{suggested[0]:g} of {suggested[1]:g}**; please mark the steps."


def elsewhere_notes(item: Item, submission: Submission, assignment: Assignment, answer: str) -> Iterator[str]:
    """Yield which files of the student a person has to open, as they may hold the answer and nothing reads them."""
    for path in files_to_open(item, submission, assignment, answer):
        place = in_code(f"submitted/{submission.student}/{assignment.name}/{path}")
        yield f"The answer may be in a file that is not read: open {place} if you trust it."


def in_code(words: str) -> str:
    """Return words of a student's as code in a line of markdown: no reader of markdown takes them for anything else."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    blank = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{blank}{words}{blank}{ticks}"


def note(cell_id: str, text: str, tags: list[str] | None = None) -> NotebookNode:
    """Return a cell of ours that nobody marks."""
    metadata = NotebookNode(editable=False, deletable=False, **({"tags": tags} if tags else {}))
    return NotebookNode(cell_type="markdown", id=cell_id, metadata=metadata, source=text)


def _markdown(exhibit: Exhibit) -> Iterator[str]:
    """Yield the paragraphs that show a file, in markdown."""
    if exhibit.title:
        yield f"**{harmless(exhibit.title)}**"
    if exhibit.note:
        yield harmless(exhibit.note) if exhibit.is_own and not exhibit.title else f"**{exhibit.note}**"
    for picture in exhibit.pictures:
        # HTML: markdown has no widths, and formgrader sets no largest one
        yield f'<img src="{picture.name}" alt="{escape(picture.alt)}" style="max-width: 100%">'
    if exhibit.original:
        yield f"[The PDF as it was submitted]({exhibit.original})"
    if exhibit.code:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`*", exhibit.code))))
        yield harmless(f"{fence}python\n{exhibit.code}\n{fence}")


def _insert(holders: Mapping[str, NotebookNode], item_id: str, cell: NotebookNode, after: bool = False) -> None:
    """Put a cell before or behind that of an item; `holders` are the notebooks by the ids of their cells."""
    if notebook := holders.get(item_id):
        place = next(number for number, other in enumerate(notebook.cells) if id_of(other) == item_id)
        notebook.cells.insert(place + after, cell)
