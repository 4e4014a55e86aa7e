"""What a marker sees beside a written answer: the verdict on its formula with a suggested mark, hints, and pictures.

All of it stands in cells of its own, never among the student's words. The notes for the marker carry the tag of a mark
scheme, because what is for markers only leaves a notebook by that tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from ..course import sheets
from ..formats.safe_markdown import harmless
from ..handin import filled_sheet
from ..handin.answer_length import too_long
from ..model.assignment import Assignment, Item
from ..model.report import Awaiting, Report
from ..model.submission import Submission
from .answers import question_of
from .cell_matching import id_of
from .rendered_pictures import Pictures, RenderedPictures

PLOT_FILE, PLOT_ITEM, RUN_TIME_CELL = "word_vectors.jpg", "plot_reading", "word_vectors_solution"
DERIVATION_FILE, PAGE_FILE = "derivation.pdf", "derivation_page_{:02}.jpg"
PAGES_HEADING = "Pages of the submitted PDF"
NOT_MADE = Pictures(note="No pictures were made here.")
LONGEST_RUN_TIME = 80  # characters of the expression that states it

_RESULT_POINTS = re.compile(r"^- \*\*(?P<points>\d+(?:\.\d+)?)\*\* for the final result", re.MULTILINE)
_SIGN_RULE = re.compile(r"^Deduct (?P<points>\d+(?:\.\d+)?) once for a sign error", re.MULTILINE)
_RUN_TIME = re.compile(
    r"^def run_time_minutes\(.*?^[ \t]+return[ \t]+(?P<stated>[^\n#]{1,400})", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Exhibits:
    """What of a submission is shown beside its answers."""

    submission: Submission
    assignment: Assignment
    report: Report
    answers: Mapping[str, str]  # by item, without what was given

    def notes(self) -> dict[str, list[str]]:
        """Return the sentences for the marker by item, in markdown; items without any are left out."""
        awaiting = {entry.id: entry for entry in self.report.awaiting_person}
        hints = dict(self._hints())
        notes = {
            item.id: [*formula_notes(awaiting[item.id], mark_scheme_of(item, self.assignment)), *hints[item.id]]
            for item in self.assignment.person_items
            if item.id in awaiting
        }
        return {item_id: entries for item_id, entries in notes.items() if entries}

    def _hints(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        on_paper = "derivation" in self.submission.files
        for name in self.assignment.sheets:
            form = sheets.form(self.assignment.sheet(name))
            yield from filled_sheet.hints(form, self.submission.sheets.get(name), on_paper=on_paper).items()
        for item in self.assignment.person_items:
            if item.notebook not in self.assignment.sheets:
                answer = self.answers[item.id]
                hint = too_long(question_of(item, self.assignment), answer)
                yield item.id, (filled_sheet.EMPTY,) if filled_sheet.is_empty(answer) else (hint,) if hint else ()


def show_beside(
    notebooks: Mapping[str, NotebookNode], exhibits: Exhibits, rendered: RenderedPictures | None
) -> dict[str, bytes]:
    """Put notes and pictures beside the answers, and return the files that the notebooks refer to."""
    submission, files = exhibits.submission, dict[str, bytes]()
    holders = {id_of(cell): notebook for notebook in notebooks.values() for cell in notebook.cells}
    for item_id, sentences in exhibits.notes().items():
        text = "**For the marker**\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
        _insert(holders, item_id, note(f"{item_id}-notes", text, tags=[sheets.SCHEME_TAG]))
    if (png := submission.files.get("word_vectors")) is not None:
        plot = rendered.plot(png) if rendered else NOT_MADE
        shown = f"**{plot.note}**"
        if plot.files:
            files[PLOT_FILE], shown = plot.files[0], f"![The submitted plot]({PLOT_FILE})"
        _insert(holders, PLOT_ITEM, note("submitted-plot", shown + _run_time(holders)))
    if (pdf := submission.files.get("derivation")) is not None:
        files[DERIVATION_FILE] = pdf
        pages = rendered.pages(pdf) if rendered else NOT_MADE
        files |= {PAGE_FILE.format(number): data for number, data in enumerate(pages.files, start=1)}
        for first in _first_formula_items(exhibits.assignment):
            _insert(holders, first, note("submitted-derivation", _pages_text(pages)), after=True)
    return files


def formula_notes(entry: Awaiting, mark_scheme: str) -> Iterator[str]:
    """Yield what the formula check found, and the mark that the scheme would give for it: a marker may overrule it."""
    if not entry.formula:
        return
    yield f"Formula check, **{entry.formula}**: {harmless(entry.diagnosis or '')}".rstrip(": ")
    suggested = suggested_mark(entry, mark_scheme)
    if suggested is not None:
        yield f"Suggested for the final result: **{suggested[0]:g} of {suggested[1]:g}**; the steps are yours to mark."


def suggested_mark(entry: Awaiting, mark_scheme: str) -> tuple[float, float] | None:
    """Return (points, of how many) for the final result of a derivation; None where a person has to decide."""
    match = _RESULT_POINTS.search(mark_scheme)
    if match is None or entry.formula not in ("right", "wrong"):
        return None
    most, rule = float(match["points"]), _SIGN_RULE.search(mark_scheme)
    if entry.formula == "right":
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


def _pages_text(pages: Pictures) -> str:
    numbers = range(1, len(pages.files) + 1)  # HTML: markdown has no widths, and formgrader sets no largest one
    pictures = [f'<img src="{PAGE_FILE.format(n)}" alt="Page {n}" style="max-width: 100%">' for n in numbers]
    link = f"[The PDF as it was submitted]({DERIVATION_FILE})"
    return "\n\n".join([f"### {PAGES_HEADING}", *([f"**{pages.note}**"] if pages.note else []), *pictures, link])


def _run_time(holders: Mapping[str, NotebookNode]) -> str:
    """Return the run time as the student's code states it: it is quoted, not worked out."""
    notebook = holders.get(RUN_TIME_CELL)
    cells = [cell for cell in notebook.cells if id_of(cell) == RUN_TIME_CELL] if notebook else []
    match = _RUN_TIME.search(cells[0].source) if cells else None
    if match is None:
        return "\n\nNo run time is stated."
    stated = match["stated"].strip().replace("`", "'")[:LONGEST_RUN_TIME]
    return f"\n\nStated run time, in minutes: {harmless(f'`{stated}`')}"


def _first_formula_items(assignment: Assignment) -> list[str]:
    """Return the first derivation of each sheet that has some."""
    first: dict[str, str] = {}
    for item in assignment.person_items:
        if item.graded_by == "formula":
            first.setdefault(item.notebook, item.id)
    return list(first.values())


def _insert(holders: Mapping[str, NotebookNode], item_id: str, cell: NotebookNode, after: bool = False) -> None:
    """Put a cell before or behind that of an item; `holders` are the notebooks by the ids of their cells."""
    if notebook := holders.get(item_id):
        place = next(number for number, other in enumerate(notebook.cells) if id_of(other) == item_id)
        notebook.cells.insert(place + after, cell)
