"""Look at a notebook without running it: what the grader will not find, or could not run, and what was not run here.

The grader runs the notebook without the cells that train or draw. So a function that uses a name which only such a cell
defines works for you, and not there.
"""

import itertools
from collections.abc import Iterator, Sequence

from . import cell_code, cell_plan, notebook_answers
from .answer_length import too_long
from .asked import Notebook, Role
from .cell_code import names_in
from .filled_sheet import ANSWER_MARK
from .names import listed
from .notebook_answers import UNTOUCHED, Answer
from .notebook_file import Cell, NotebookFile, is_as_released
from .problems import HINT, MUST

RUN_ALL = "restart the kernel, run all cells and save"
Found = Iterator[tuple[str, str, str]]  # mark, name of the cell or "", sentence


def complaints(asked: Notebook, cells: Sequence[Cell]) -> Found:
    """Yield what is wrong with a notebook, but for the file itself."""
    plan = cell_plan.plan(asked, NotebookFile(tuple(cells)))
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    names = {id(cell): cell.grade_id or f"cell {number}" for number, cell in enumerate(cells, start=1)}
    work = _Work(asked, code, names, [cell for cell in plan.cells if cell.where])
    yield from work.functions()
    yield from work.unreachable()
    yield from work.runs()
    yield from ((note.mark, note.where, note.text) for note in plan.notes)
    given = [cell for cell in cells if cell.grade_id in asked.given]
    whole = {cell.grade_id for cell in given if is_as_released(cell)}  # of a cell that was copied, to try things
    whole |= {note.where for note in plan.notes}  # which say what became of the change
    if changed := [str(cell.grade_id) for cell in given if cell.grade_id not in whole]:
        yield HINT, "", f"given cells were changed: {listed(changed)}. The grader uses them as they were given."
    for item, answer in notebook_answers.find(cells, asked.texts).items():
        yield from _written(asked.questions[item], item, answer)


class _Work:
    """The code cells of one notebook."""

    def __init__(self, asked: Notebook, code: list[Cell], names: dict[int, str], own: list[cell_plan.Cell]) -> None:
        self.asked, self.code, self._names, self.own = asked, code, names, own

    def name(self, cell: Cell) -> str:
        return self._names[id(cell)]

    def functions(self) -> Found:
        """Yield what is no Python, and which functions are missing, not written, or there twice."""
        broken = {id(cell): error for cell in self.own if (error := cell_code.syntax_error(cell.source))}
        for cell in self.own:
            if error := broken.get(id(cell)):
                text = f"line {error.lineno} is no Python ({error.msg}): correct it, or the whole cell is lost."
                yield MUST, cell.where, text
        missing, unwritten = [], []
        for function in self.asked.functions.values():
            found = [cell for cell in self.own if function in names_in(cell.source).defined]
            if not found and not any(id(cell) in broken and f"def {function}" in cell.source for cell in self.own):
                missing.append(function)
            elif found and cell_code.is_unwritten(found[-1].source, function):
                unwritten.append(function)
            if len(found) > 1:
                text = f"{function} is defined in {len(found)} cells; {found[-1].where}, the last one, counts."
                yield HINT, "", text
        if missing and not any(cell_code.STAR_IMPORT.search(cell.source) for cell in self.own):
            yield MUST, "", f"no cell defines {listed(missing, 9)}: keep the names as given."
        if unwritten:
            yield MUST, "", f"not written yet: {listed(unwritten, 9)}. Replace the line that raises, and run the cell."

    def unreachable(self) -> Found:
        """Yield the cells that need a name which the grader does not have.

        Of an own cell that needs what training leaves behind nothing is said: the grader says nothing of it either.
        """
        run, skipped = {*cell_code.ALWAYS_THERE}, set[str]()
        for given in self.asked.cells:
            if given.role in (Role.RUN, Role.TRAINING, Role.TRY):
                (run if given.role is Role.RUN else skipped).update(names_in(given.source).defined)
        solutions = self.asked.with_role(Role.SOLUTION)
        for cell in self.own:
            run.update(names_in(cell.source).defined)
        for copy in self.code:  # of a given cell that was changed, the grader has the original
            if copy.grade_id in self.asked.given:
                skipped.update(names_in(copy.source).defined)
        for cell in self.own:
            if cell.label not in solutions and names_in(cell.source).needed & (skipped - run):
                skipped |= names_in(cell.source).defined
                run -= names_in(cell.source).defined
        anything = any(cell_code.STAR_IMPORT.search(cell.source) for cell in self.code)  # may have come by a star
        for cell in self.own:
            lost = names_in(cell.source).needed - run
            known, unknown = (sorted(f"`{name}`" for name in names) for names in (lost & skipped, lost - skipped))
            if known and cell.label in solutions:
                text = f"it uses {listed(known)}, of a cell that the grader skips: define or import it in this cell."
                yield MUST, cell.where, text
            if unknown and not anything:
                text = f"it uses {listed(unknown)}, which no cell defines: correct the name, or put back what is gone."
                yield MUST if cell.label in solutions else HINT, cell.where, text

    def runs(self) -> Found:
        """Yield which cells were not run, not in order, or ended in an error."""
        training, graded = (self.asked.with_role(role) for role in (Role.TRAINING, Role.GRADED))
        cells = [cell for cell in self.code if cell.grade_id not in graded]  # these hold one comment
        if not_run := [cell for cell in cells if cell.execution_count is None]:
            trains = any(cell.grade_id in training for cell in not_run)  # others run again in the grader
            count = f"{len(not_run)} code cell{'s were' if len(not_run) > 1 else ' was'} not run"
            names = listed([self.name(cell) for cell in not_run])
            yield MUST if trains else HINT, "", f"{count} ({names}): {RUN_ALL}."
        run = [cell for cell in cells if cell.execution_count is not None]
        for before, cell in itertools.pairwise(run):
            if (cell.execution_count or 0) <= (before.execution_count or 0):
                names = f"{self.name(cell)} was run before {self.name(before)}"
                yield HINT, "", f"{names}, so that results may be of old code: {RUN_ALL}."
                break
        if bare := [self.name(cell) for cell in run if cell.grade_id in training and not cell.outputs]:
            yield HINT, "", f"nothing is shown below {listed(bare)}, as if the outputs were cleared: {RUN_ALL}."
        for cell in cells:
            for output in cell.outputs:
                if output["output_type"] == "error":
                    error = f"{output.get('ename', 'an error')}: {output.get('evalue', '')}".split("\n")[0][:120]
                    yield MUST, self.name(cell), f"it ended in {error}. Correct it, then {RUN_ALL}."


def _written(question: str, item: str, answer: Answer) -> Found:
    """Yield what is wrong with a written answer."""
    if not answer.text and answer.has_place:
        yield MUST, item, f"there is no answer: write it below the line {ANSWER_MARK}"
    elif not answer.text:
        yield MUST, item, "the cell for your answer is gone: take it from the original notebook."
    elif answer.found:
        yield HINT, item, f"your answer stands {answer.found}: move it below the line {ANSWER_MARK}"
    elif answer.keeps_stub:
        yield HINT, item, f"the line {UNTOUCHED} is still there: delete it."
    if sentence := too_long(question, answer.text):
        yield MUST, item, sentence
