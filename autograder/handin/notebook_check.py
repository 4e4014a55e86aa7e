"""Look at a notebook as it was saved: what was not run, what ended in an error, what was changed or not answered."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

from . import cell_names, notebook_answers
from .answer_length import too_long
from .asked import Notebook, Role
from .cell_plan import Plan
from .filled_sheet import ANSWER_MARK
from .fresh_run import Ran
from .names import listed
from .notebook_answers import Answer
from .notebook_file import Cell, is_as_released
from .problems import HINT, MUST

WHERE = f"below the line {ANSWER_MARK}"  # in the cells of homework that was written for this kit
RUN_ALL = "restart the kernel, run all cells and save"
Found = Iterator[tuple[str, str, str]]  # mark, name of the cell or "", sentence


def complaints(asked: Notebook, cells: Sequence[Cell], plan: Plan, ran: Ran) -> Found:
    """Yield what is wrong with a notebook, but for the file itself and what a run of it shows."""
    yield from ((note.mark, note.where, note.text) for note in plan.notes)
    given_names = cell_names.of_given(asked)
    called = cell_names.of_submitted(asked, cells, [cell.grade_id for cell in cells])
    names = {id(cell): name for cell, name in zip(cells, called, strict=True)}
    silent = [cell.id for cell in asked.cells if cell.role is Role.GRADED and not _says_something(cell.source)]
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip() and cell.grade_id not in silent]
    yield from _not_run(asked, code, names)
    said = {*(given_names[grade_id] for grade_id in ran.printed), *(outcome.cell.place for outcome in ran.outcomes)}
    yield from _ended_in_an_error(asked, code, names, said)
    given = [cell for cell in cells if cell.grade_id in asked.given]
    whole = {cell.grade_id for cell in given if is_as_released(cell)}  # of a cell that was copied, to try things
    noted = {note.where for note in plan.notes}  # which say what became of the change
    if changed := [names[id(cell)] for cell in given if cell.grade_id not in whole and names[id(cell)] not in noted]:
        yield HINT, "", f"given cells were changed: {listed(changed)}. The grader uses them as they were given."
    for item, answer in notebook_answers.find(cells, asked.texts).items():
        place = next(text.source for text in asked.texts if text.id == item)
        yield from _written(
            asked.questions[item], given_names[item], answer, WHERE if ANSWER_MARK in place else "in it"
        )


def _says_something(source: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in source.splitlines())


def _not_run(asked: Notebook, cells: Sequence[Cell], names: Mapping[int, str]) -> Found:
    """Yield which cells were not run, or not in order, or show nothing."""
    training = asked.with_role(Role.TRAINING)
    if not_run := [cell for cell in cells if cell.execution_count is None]:
        trains = any(cell.grade_id in training for cell in not_run)  # others run again in the grader
        count = f"{len(not_run)} code cell{'s were' if len(not_run) > 1 else ' was'} not run"
        which = listed([names[id(cell)] for cell in not_run])
        yield MUST if trains else HINT, "", f"{count} ({which}): {RUN_ALL}."
    run = [cell for cell in cells if cell.execution_count is not None]
    for before, cell in itertools.pairwise(run):
        if (cell.execution_count or 0) <= (before.execution_count or 0):
            order = f"{names[id(cell)]} was run before {names[id(before)]}"
            yield HINT, "", f"{order}, so that results may be of old code: {RUN_ALL}."
            break
    if bare := [names[id(cell)] for cell in run if cell.grade_id in training and not cell.outputs]:
        yield HINT, "", f"nothing is shown below {listed(bare)}, as if the outputs were cleared: {RUN_ALL}."


def _ended_in_an_error(
    asked: Notebook, cells: Sequence[Cell], names: Mapping[int, str], said: Collection[str]
) -> Found:  # fmt: skip
    """Yield which cells show an error; of those that the grader runs, what it finds is said where they were run."""
    training = asked.with_role(Role.TRAINING)
    for cell in cells:
        if names[id(cell)] in said:
            continue
        for output in cell.outputs:
            if output["output_type"] == "error":
                error = f"{output.get('ename', 'an error')}: {output.get('evalue', '')}".split("\n")[0][:120]
                mark = MUST if cell.grade_id in training else HINT
                yield mark, names[id(cell)], f"it ended in {error}. Correct it, then {RUN_ALL}."


def _written(question: str, where: str, answer: Answer, place: str) -> Found:
    """Yield what is wrong with a written answer; `place` says where in its cell it is to stand."""
    if not answer.text and answer.has_place:
        yield MUST, where, f"there is no answer: write it {place}"
    elif not answer.text:
        yield MUST, where, "the cell for your answer is gone: take it from the original notebook."
    elif answer.found:
        yield HINT, where, f"your answer stands {answer.found}: move it {place if place == WHERE else 'into its cell'}"
    elif answer.keeps_stub:
        yield HINT, where, f"the line {answer.keeps_stub} is still there: delete it."
    if sentence := too_long(question, answer.text):
        yield MUST, where, sentence
