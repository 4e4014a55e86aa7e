"""What a run of a notebook shows that its author should know: lines and functions that are lost, checks that fail."""

import re
from collections.abc import Iterator

from . import cell_names
from .asked import Notebook, Role
from .cell_outcomes import sorted_out, why_not_defined
from .cell_plan import Plan
from .fresh_run import Outcome, Ran
from .names import listed
from .problems import HINT, MUST

Found = Iterator[tuple[str, str, str]]  # mark, name of the cell or "", sentence
UNKNOWN = re.compile(r"name '(\w+)' is not defined")
IMPORT_ERRORS = ("ModuleNotFoundError", "ImportError")
MOST_LINES = 20  # that could not run, of one notebook


def complaints(asked: Notebook, plan: Plan, ran: Ran) -> Found:
    """Yield what the grader would find when it runs the notebook."""
    outcomes, missing = sorted_out(asked, ran.outcomes, plan.skipped_names)
    if lacking := [each for each in outcomes if not each.cell.is_own and each.error.startswith(IMPORT_ERRORS)]:
        text = f"this given cell does not run in your Python ({lacking[0].error}), so your functions were not tried."
        yield HINT, lacking[0].cell.place, f"{text} Install what is missing, and run this again."
        return
    explained: list[Outcome] = []
    yield from _functions(asked, ran, outcomes, explained)
    yield from _untouched(asked, plan, outcomes, explained)
    others = [outcome for outcome in outcomes if outcome not in explained]
    for outcome in others[:MOST_LINES]:
        text = "The grader leaves it out, and runs the rest."
        yield HINT, outcome.cell.place, f"{_what(outcome)}. {text}"
    if len(others) > MOST_LINES:
        yield HINT, "", f"{len(others) - MOST_LINES} more lines could not run."
    yield from _names(asked, ran, missing)
    names = cell_names.of_given(asked)
    for grade_id, error in ran.raised.items():
        text = f"this visible check did not end: {error.rstrip('.')}. Correct the function that it tries."
        yield MUST, names[grade_id], text


def _functions(asked: Notebook, ran: Ran, outcomes: list[Outcome], explained: list[Outcome]) -> Found:
    """Yield which functions are missing, not written, or there twice; add the outcomes that explain it."""
    unknown = []
    for function, cell_id in asked.written_in.items():
        if function in ran.defined:
            continue
        outcome = why_not_defined(function, cell_id, outcomes)
        if outcome is None:
            unknown.append(function)
        else:
            explained.append(outcome)
            yield MUST, outcome.cell.place, f"{_what(outcome)}. So `{function}` is not defined: correct it."
    if unknown:
        yield MUST, "", f"no cell defines {listed(unknown, 9)}: keep the names as given."
    if ran.unwritten:
        yield MUST, "", f"not written yet: {listed(ran.unwritten, 9)}. Replace the line that raises, and run the cell."
    for function, makers in ran.made_in.items():
        cells = [cell for cell in makers if cell.is_own]  # in given cells stand placeholders
        if len(cells) > 1:
            text = f"{function} is defined in {len(cells)} cells; {cells[-1].place}, the last one, counts."
            yield HINT, "", text


def _untouched(asked: Notebook, plan: Plan, outcomes: list[Outcome], explained: list[Outcome]) -> Found:
    """Yield which cells are as they were given that no function is to be written in; add their outcomes."""
    names = cell_names.of_given(asked)
    for cell_id in asked.with_role(Role.SOLUTION):
        if cell_id in plan.untouched and cell_id not in asked.written_in.values():
            explained += [outcome for outcome in outcomes if outcome.cell.label == cell_id]
            yield MUST, names[cell_id], "nothing is written here yet: write your code in this cell."


def _what(outcome: Outcome) -> str:
    start = f"line {outcome.line}" if outcome.line else "this cell"
    return f"{start} could not run: {outcome.error.rstrip('.')}"


def _names(asked: Notebook, ran: Ran, missing: set[str]) -> Found:
    """Yield which functions use names that are not there; a branch that is never taken may, so not all of it costs."""
    raised = {*UNKNOWN.findall("\n".join([*ran.printed.values(), *ran.raised.values()]))}
    told = {*asked.written_in}
    for function, lacks in ran.lacks.items():
        lacked = [name for name in lacks if name not in told]
        mark = HINT if function in ran.tried and not raised & {*lacked} else MUST
        skipped, unknown = ([f"`{name}`" for name in lacked if (name in missing) is known] for known in (True, False))
        if skipped:
            text = (
                f"`{function}` uses {listed(skipped)}, of a cell that the grader skips: define or import it yourself."
            )
            yield mark, "", text
        if unknown:
            text = f"`{function}` uses {listed(unknown)}, which no cell defines: correct the name, or define it."
            yield mark, "", text
