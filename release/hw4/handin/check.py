"""Say of a student's work what the grader would complain about, before it does."""

import base64
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from . import (
    cell_plan,
    filled_sheet,
    fresh_run,
    notebook_check,
    notebook_file,
    own_modules,
    pictures_check,
    png_picture,
    recognition,
    run_complaints,
    sheet_cells,
)
from .answer_pictures import read_sheet
from .asked import Asked, HandedInFile, Notebook
from .fresh_run import Ran
from .notebook_file import Cell
from .problems import HINT, MUST, Level, Line, Unusable
from .slots import file_slot, notebook_slot, sheet_slot
from .working_folder import Work

UNSAVED_S = 60  # Jupyter saves within two minutes; files that were copied together differ by seconds
FORMULAS, EXTRAS = "formula", "complaints"  # modules that a kit may have
ONLY_TOLD = (filled_sheet.NO_REFERENCES, filled_sheet.OUTSIDE)  # cost nothing by themselves
PUT_BACK = " Put the heading back above your answer, as it is in the sheet that you got."
IN_ORDER = (filled_sheet.ON_PAPER, filled_sheet.STEPS_ON_PAPER)


Run = Callable[[Asked, str, Sequence[cell_plan.Cell], Mapping[str, bytes]], Ran]


def check(work: Work, asked: Asked, run: Run = fresh_run.run) -> list[Line]:
    """Return all that is wrong with the work, file after file; `run` runs the cells of a notebook."""
    lines = list(work.lines)
    cells: dict[str, tuple[Cell, ...]] = {}
    modules = {slot.path: data for slot, data in work.content.items() if slot.kind == own_modules.KIND}
    for name in asked.notebooks:
        if (data := work.content.get(notebook_slot(name))) is not None:
            found, cells[name] = _notebook(name, data, asked, lambda name, cells: run(asked, name, cells, modules))
            lines += found
    for file in asked.files:
        if file.kind == "png" and file_slot(file) in work.content:
            lines += _picture(file, work, cells.get(file.drawn_in, ()))
    pdfs = [file for file in asked.files if file.kind == "pdf" and file_slot(file) in work.content]
    on_paper = {item for file in pdfs for item in file.show_with}
    notebooks = {slot.name: data for slot, data in work.content.items() if slot.kind == "notebook"}
    for name in asked.sheets:
        if (data := work.content.get(sheet_slot(name))) is not None:
            text = sheet_cells.with_cells(
                asked.sheets[name], read_sheet(name, data).text, notebooks, asked, others=asked.sheets.values()
            )
            lines += _sheet(name, text, asked, on_paper)
    return [*lines, *_in_ungraded(work, asked), *pictures_check.complaints(work, asked)]


def of_kit(asked: Asked, name: str) -> ModuleType | None:
    """Return a module of the homework's kit, None if there is none."""
    if not asked.kit:
        return None
    try:
        return importlib.import_module(f"{asked.kit}.{name}")
    except ModuleNotFoundError as error:
        if error.name not in (asked.kit, f"{asked.kit}.{name}"):
            raise
        return None


def _notebook(
    name: str, data: bytes, asked: Asked, run: Callable[[str, Sequence[cell_plan.Cell]], Ran]
) -> tuple[list[Line], tuple[Cell, ...]]:
    """Return what is wrong with a notebook, and its cells."""
    where, wanted = f"{name}.ipynb", asked.notebooks[name]
    try:
        notebook = notebook_file.read(data)
    except Unusable as error:
        return [Line(MUST, str(error), where)], ()
    lines = [Line(HINT if note.level is Level.INFO else MUST, note.text, where) for note in notebook.findings]
    plan = cell_plan.plan(wanted, notebook)
    cells, found = notebook.cells, list[tuple[str, str, str]]()
    try:
        ran = run(name, plan.cells)
    except (Unusable, OSError) as error:
        ran = Ran()
        found.append((HINT, "", f"your cells could not be run here: {str(error).rstrip('.')}."))
    else:
        found += run_complaints.complaints(wanted, plan, ran)
        cells = with_outputs(wanted, cells, ran.printed)
    found += notebook_check.complaints(wanted, notebook.cells, plan, ran)
    if extras := of_kit(asked, EXTRAS):
        found += extras.complaints(name, cells)
    return lines + [
        Line(mark, text, f"{where}, {cell}" if cell else where) for mark, cell, text in found
    ], notebook.cells


def with_outputs(asked: Notebook, cells: Sequence[Cell], printed: Mapping[str, str]) -> tuple[Cell, ...]:
    """Return the cells of a notebook with what its visible checks print now; one that is gone is put back."""
    order = [cell.id for cell in asked.cells]
    updated = [_printing(cell, printed[cell.grade_id or ""]) if cell.grade_id in printed else cell for cell in cells]
    for grade_id in printed.keys() - {cell.grade_id for cell in cells}:
        before = {*order[: order.index(grade_id)]}
        last = max((index for index, cell in enumerate(updated) if cell.grade_id in before), default=-1)
        updated.insert(last + 1, _printing(Cell("code", "", grade_id), printed[grade_id]))
    return tuple(updated)


def _printing(cell: Cell, text: str) -> Cell:
    stream = {"output_type": "stream", "name": "stdout", "text": text}
    return Cell(cell.cell_type, cell.source, cell.grade_id, {**cell._raw, "outputs": [stream] if text else []})


def _picture(file: HandedInFile, work: Work, cells: tuple[Cell, ...]) -> Iterator[Line]:
    """Yield what is wrong with a picture; one that a notebook makes is a plot, and is shown there."""
    data, again = work.content[file_slot(file)], f"run the cell that writes {file.name}, and save the notebook"
    try:
        picture = png_picture.pixels(data)
    except Exception:  # which of them, depends on the damage
        yield Line(MUST, f"{png_picture.why_unreadable(data)}: {again}.", file.name)
        return
    if not file.drawn_in:
        return
    if problem := png_picture.why_no_plot(picture):
        yield Line(MUST, f"{problem}: {again}.", file.name)
        return
    yield from _saved_before(file, work)
    shown = [picture for cell in cells if file.name in cell.source for picture in cell.pictures]
    if not cells or any(_is_same(in_base64, picture) for in_base64 in shown):
        return
    problem = "it is another drawing than the one that your notebook shows" if shown else "no notebook shows this plot"
    yield Line(MUST, f"{problem}: {again}.", file.name)


def _saved_before(file: HandedInFile, work: Work) -> Iterator[Line]:
    notebook = work.chosen.get(notebook_slot(file.drawn_in))
    if notebook and work.chosen[file_slot(file)].modified > notebook.modified + UNSAVED_S:
        text = f"it was saved before {file.name} was written: save the notebook, and run this again."
        yield Line(HINT, text, f"{file.drawn_in}.ipynb")


def _is_same(in_base64: str, plot: Any) -> bool:
    try:
        return png_picture.likeness(png_picture.pixels(base64.b64decode(in_base64)), plot) >= png_picture.SAME
    except Exception:  # no picture
        return False


def _sheet(name: str, text: str, asked: Asked, on_paper: set[str]) -> Iterator[Line]:
    form, formulas = asked.sheets[name], of_kit(asked, FORMULAS)
    answers = filled_sheet.read_filled(form, text).answers
    for item, hints in filled_sheet.hints(form, text, on_paper=on_paper).items():
        where = f"answers/{name}.md, {item}"
        for hint in hints:
            if hint not in IN_ORDER:
                what_to_do = PUT_BACK if hint == filled_sheet.NO_HEADING else ""
                yield Line(HINT if hint in ONLY_TOLD else MUST, hint + what_to_do, where)
        is_there = not {filled_sheet.EMPTY, filled_sheet.UNTOUCHED} & {*hints}
        if formulas and item in formulas.ITEMS and is_there:
            yield from _formula(where, formulas.check(item, filled_sheet.formula_of(answers[item])), item in on_paper)


def _in_ungraded(work: Work, asked: Asked) -> Iterator[Line]:
    """Yield which answers stand in notebooks that are not handed in, and nowhere else."""
    own = sheet_cells.in_ungraded(recognition.read_ungraded(work.ungraded), asked)
    for name, form in asked.sheets.items() if own else ():
        data = work.content.get(sheet_slot(name))
        text = read_sheet(name, data).text if data is not None else ""
        for place, item in sheet_cells.lacking(form, text, own, asked.sheets.values()):
            yield Line(
                MUST, f"this notebook is not handed in: copy your answer into answers/{name}.md.", f"{place}, {item}"
            )


def _formula(where: str, result: Any, has_pdf: bool) -> Iterator[Line]:
    diagnosis = result.diagnosis.rstrip(".")
    if result.status == "wrong":
        yield Line(MUST, f"the formula is not right yet. {diagnosis}.", where)
    elif result.status == "undecided":
        yield Line(HINT, f"the formula could not be checked. {diagnosis}; see the notation on the sheet.", where)
    elif result.status == "empty":
        text = "there is no formula: write it into the block that opens with ```formula, behind its equals sign."
        yield Line(HINT if has_pdf else MUST, text, where)
