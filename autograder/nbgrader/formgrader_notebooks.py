"""Put together what a person opens in formgrader: given cells, the student's work made harmless, and the verdicts."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from ..course import sheets
from ..course.course_settings import CourseSettings
from ..course.source_notebook import grade_id as id_of
from ..formats import saved_outputs
from ..formats.notebook_limits import Room, cut
from ..formats.safe_markdown import harmless
from ..handin import notebook_answers, notebook_file
from ..handin.filled_sheet import ANSWER_MARK
from ..handin.problems import Unusable
from ..marking.answers import written_answers
from ..marking.cell_matching import GivenNotebook
from ..marking.exhibits import Exhibits, exhibits_of
from ..marking.marker_notes import MarkersView, add_marker_notes, note
from ..marking.rendered_pictures import RenderedPictures
from ..marking.student_answers import Status, StudentAnswers, collected
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.report import CheckResult, ItemResult, Report, Verdict
from ..model.submission import Submission, digest_of
from . import release
from .marked_first import marked_first

# Steps of the release that are left out here: a marker needs the mark schemes, the gradebook is not written, and what
# is checked there (for half a second) need not be checked again.
KEPT_FOR_MARKERS = frozenset({"SaveCells", "DropMarkSchemes", "ClearMarkScheme", "CheckCellMetadata"})
MISSING = "This cell was missing from the submission."
# What a check-graded cell says when our side failed; the score is a plain float all the same, and nobody reads it.
FAULT = "No score yet: the grader failed here, not the submission. A person will look at it."


@dataclass(frozen=True)
class Autograded:
    """One graded submission, ready for the gradebook and for formgrader."""

    report: Report
    digest: str  # of what was submitted
    notebooks: Mapping[str, NotebookNode]
    files: Mapping[str, bytes]  # files next to the notebooks, by relative path
    unanswered: frozenset[str]  # solution cells without a word or a line of the student's
    answers: StudentAnswers  # to the items that a person marks


class Assembler:
    """Knows the given cells of an assignment; build one for a run, it takes a tenth of a second."""

    def __init__(
        self, assignment: Assignment, settings: CourseSettings, rendered: RenderedPictures | None = None
    ) -> None:
        """Prepare the given cells. Raises ConfigError when the sources cannot be released.

        Without `rendered` there are no pictures.
        """
        self.assignment = assignment
        self._rendered = rendered
        self.given = {}
        for name in assignment.notebooks:
            source, config = assignment.source_notebook(name), settings.nbgrader
            released = release.convert(source, name, assignment.name, config, leave_out=KEPT_FOR_MARKERS)
            self.given[name] = GivenNotebook(released)

    def assemble(self, report: Report, submission: Submission) -> Autograded:
        """Return everything that the gradebook and formgrader show of one submission.

        A missing or broken notebook or sheet still gives a notebook with all its cells.
        Never raises for a fault in the submission: where its notebooks cannot be made, those of an empty one say so.
        """
        return attempt(
            "Showing the submission",
            lambda: self._assemble(report, submission),
            lambda sentence: self._assemble(report, Submission(submission.student, fault=sentence)),
        )

    def _assemble(self, report: Report, submission: Submission) -> Autograded:
        notebooks = {
            name: autograded_notebook(given, submission.notebooks.get(name), report)
            for name, given in self.given.items()
        }
        for name in self.assignment.sheets:
            notebooks[name] = sheets.to_notebook(self.assignment.sheet(name), submission.sheets.get(name))
        view, exhibits = self._marked(report, submission)
        files = {f"{release.SHEETS_FOLDER}/{name}.md": text.encode() for name, text in submission.sheets.items()}
        why_empty = submission.problem or submission.fault
        if why_empty is None:
            add_marker_notes(notebooks, view, exhibits.by_item)
        else:
            for notebook in notebooks.values():
                notebook.cells.insert(0, note("refused", f"**{harmless(why_empty)}**"))
        for name, given in self.given.items():
            notebooks[name].cells = marked_first(notebooks[name].cells, given.given_texts)
        answers = collected(view, exhibits)
        unanswered = frozenset(self._unanswered(report, answers))
        digest, files = digest_of(submission, self.assignment), {**files, **exhibits.files}
        return Autograded(report, digest, notebooks, files, unanswered, answers)

    def answers(self, report: Report, submission: Submission) -> StudentAnswers:
        """Return the answers of one submission alone. Never raises for a fault in the submission."""
        return attempt(
            "Reading the answers",
            lambda: collected(*self._marked(report, submission)),
            lambda sentence: collected(*self._marked(report, Submission(submission.student, fault=sentence))),
        )

    def _marked(self, report: Report, submission: Submission) -> tuple[MarkersView, Exhibits]:
        written = written_answers(submission, self.assignment, self.given)
        view = MarkersView(submission, self.assignment, report, written)
        return view, exhibits_of(submission, self.assignment, written, self._rendered)

    def _unanswered(self, report: Report, answers: StudentAnswers) -> Iterator[str]:
        for item in report.items:
            if _untried(item):
                yield from self.assignment.solution_cells(self.assignment.item(item.id))
        yield from (
            item_id
            for item_id, answer in answers.answers.items()
            if answer.status in (Status.EMPTY, Status.REFUSED)
        )  # fmt: skip


def autograded_notebook(given: GivenNotebook, data: bytes | None, report: Report) -> NotebookNode:
    """Return the notebook that formgrader shows for one submitted notebook.

    GivenNotebook cells and their order come from the instructor.
    Of the student's file stay the solution cells, own cells (after the given cell that they followed) and the saved
    outputs; what could run in a browser is gone.
    Of several cells with one id the last counts, as Python would have it; the others become the student's own cells,
    unless they are mere copies of a given cell.
    A written answer is put together in the cell that is marked, wherever in the notebook it was found.
    What is as given is shared with `given`, not copied.

    `data` is the file as submitted: any bytes, or None when there was none.
    """
    cells, problem = _read(data)
    room = Room()
    known = given.match(cells)
    answers = notebook_answers.find(cells, given.given_texts)
    gathered = {index for answer in answers.values() for index in answer.cells}
    own: dict[str, list[NotebookNode]] = {}
    anchor = ""
    for index, cell in enumerate(cells):
        if index in known:
            anchor = known[index]
            if index not in gathered and (words := given.added_words(anchor, cell)) and room.takes_cell(words):
                own.setdefault(anchor, []).append(_own_cell(replace(cell, source=words), index, room))
        elif index in gathered:
            continue
        elif (cell.outputs or cell.source.strip() not in given.texts) and room.takes_cell(cell.source):
            own.setdefault(anchor, []).append(_own_cell(cell, index, room))
    by_id = {grade_id: cells[index] for index, grade_id in known.items()}
    problem = problem or room.problem
    shown = [note("problem", f"**{harmless(problem)}**")] if problem else []
    shown += own.pop("", [])
    for given_cell in given.notebook.cells:
        grade_id = id_of(given_cell)
        shown.append(_merged(given_cell, by_id.get(grade_id), report, room))
        if (answer := answers.get(grade_id)) and (answer.found or len(answer.cells) > 1):
            shown[-1].source = f"{ANSWER_MARK}\n\n{_shown_source(answer.text, 'markdown')}"
        shown += own.pop(grade_id, [])  # some given cells have no id: what came first must not be shown again
    return NotebookNode(cells=shown, metadata=given.notebook.metadata, nbformat=4, nbformat_minor=5)


def write(graded: Autograded, folder: Path) -> None:
    """Write the notebooks and files of one submission into `folder` (autograded/<student>/<name>), replacing it."""
    fresh, old = (folder.with_name(f".{folder.name}.{name}") for name in ("new", "old"))
    for leftover in (fresh, old):  # of a run that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    write_files(graded, fresh)
    for name, notebook in graded.notebooks.items():
        (fresh / f"{name}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def write_files(graded: Autograded, folder: Path) -> None:
    """Write the files next to the notebooks: sheets as submitted, pictures, PDFs."""
    for parent in {folder, *((folder / relative).parent for relative in graded.files)}:
        parent.mkdir(parents=True, exist_ok=True)
    for relative, content in graded.files.items():
        (folder / relative).write_bytes(content)


def _show_result(cell: NotebookNode, result: ItemResult | None) -> None:
    """Fill the outputs of a graded cell: one line a check, then the score as the one plain float."""
    score = 0.0 if result is None or result.score is None else float(result.score)
    data = NotebookNode({"text/plain": repr(score)})
    cell.outputs = [
        saved_outputs.stream(saved_outputs.readable(_result_text(result))),
        NotebookNode(output_type="execute_result", data=data, metadata=NotebookNode(), execution_count=None),
    ]


def _result_text(result: ItemResult | None) -> str:
    if result is None or result.score is None:
        return FAULT + "\n" + "".join(_check_text(check) for check in (result.checks if result else ()))
    head = f"{result.id}: {result.score:g} of {result.max:g} points\n\n"
    return head + "".join(_check_text(check) for check in result.checks)


def _check_text(check: CheckResult) -> str:
    title = check.name.removeprefix("test_").replace("_", " ") if check.name.startswith("test_") else check.name
    seen = f"Seen: {check.seen}" if check.sentence and check.seen else check.seen
    if check.verdict is Verdict.GRADER_FAULT:  # nbgrader's feedback shows this page to students: it may tell of tests
        seen = "The class report says why."
    lines = [line for part in (check.sentence, seen, check.where) for line in part.strip().splitlines()]
    return f"[{check.verdict.value.replace('_', ' ')}] {title}\n" + "".join(f"    {line}\n" for line in lines)


def _untried(item: ItemResult) -> bool:
    return bool(item.checks) and all(check.verdict is Verdict.NOT_ATTEMPTED for check in item.checks)


def _read(data: bytes | None) -> tuple[tuple[notebook_file.Cell, ...], str]:
    if data is None:
        return (), "This notebook was missing from the submission."
    try:
        return notebook_file.read(data).cells, ""
    except Unusable as error:
        return (), f"This notebook could not be read. {error}"


def _merged(given: NotebookNode, submitted: notebook_file.Cell | None, report: Report, room: Room) -> NotebookNode:
    cell = NotebookNode(given)
    meta = cell.metadata.get("nbgrader", {})
    if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
        _show_result(cell, next((item for item in report.items if item.id == meta["grade_id"]), None))
        return cell
    if meta.get("solution"):
        if submitted is None:
            cell.source = (f"# {MISSING}\n" if cell.cell_type == "code" else f"*{MISSING}*\n\n") + cell.source
        else:
            cell.source = _shown_source(submitted.source, cell.cell_type)
    if submitted is not None and cell.cell_type == "code":
        cell.outputs = saved_outputs.cleaned(submitted.outputs, room)
    return cell


def _own_cell(cell: notebook_file.Cell, index: int, room: Room) -> NotebookNode:
    """Return a cell that the student added, as code or as harmless text."""
    kind = "code" if cell.cell_type == "code" else "markdown"
    own = NotebookNode(cell_type=kind, id=f"own-{index}", metadata=NotebookNode())
    own.source = _shown_source(cell.source, kind)
    if kind == "code":
        own.update(outputs=saved_outputs.cleaned(cell.outputs, room), execution_count=None)
    return own


def _shown_source(source: str, cell_type: str) -> str:
    source = cut(source, cell_type)
    return source if cell_type == "code" else harmless(source)
