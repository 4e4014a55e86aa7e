"""Check the formulas of answer sheets with the checker that students have: `formula` in the assignment's kit.

What is wrong with a formula the hidden side may say more exactly, in `formula_diagnosis`, for the person who marks it.

The text is hostile, and is read here, in the process that holds the grades. The checker parses it with a grammar of its
own and runs none of it; it takes at most 4,000 characters, 800 tokens, 20 nested brackets and 140,000 steps of
arithmetic a formula, which is half a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from ..course import hidden_side, loaded_package
from ..handin import filled_sheet
from ..model.assignment import Assignment
from ..model.report import FormulaStatus

CHECKER = "formula"


@dataclass(frozen=True)
class FormulaCheck:
    """What is said of one formula: the fields of report.Awaiting with these names.

    Both texts are one line, printable; they may quote 20 characters of the student's.
    """

    formula: FormulaStatus
    diagnosis: str
    for_student: str


def examine(answers: Mapping[str, str], item_ids: Iterable[str], assignment: Assignment) -> dict[str, FormulaCheck]:
    """Return what the checker says of each item's formula.

    Never raises for a fault in the submission. What the checker cannot decide, its own failure included, is
    "undecided": a person marks the item in any case. Raises ConfigError when the assignment's checker cannot be loaded.

    The answers are those that `sheets.read_filled` found; a missing one counts as empty.
    """
    checker = loaded_package.module(assignment.kit_dir, CHECKER)
    hidden = hidden_side.module(assignment, hidden_side.FORMULA_DIAGNOSIS)
    return {item_id: _check(checker, hidden, item_id, answers.get(item_id, "")) for item_id in item_ids}


def _check(checker: ModuleType | None, hidden: ModuleType | None, item_id: str, answer: str) -> FormulaCheck:
    if checker is None or item_id not in checker.ITEMS:
        return _undecided("There is no checker for this formula: a person decides.")
    try:
        return _examined(checker, hidden, item_id, filled_sheet.formula_of(answer))
    except Exception as error:  # a fault of ours: it must cost neither the item nor the rest of the submission
        return _undecided(f"The checker itself failed ({type(error).__name__}): a person decides.")


def _undecided(why: str) -> FormulaCheck:
    return FormulaCheck(FormulaStatus.UNDECIDED, why, why)


@lru_cache(maxsize=64)  # many students write the same right formula, or none
def _examined(checker: ModuleType, hidden: ModuleType | None, item_id: str, formula: str | None) -> FormulaCheck:
    result = checker.check(item_id, formula)
    status, told = FormulaStatus(result.status), result.diagnosis
    if hidden is None or status is not FormulaStatus.WRONG:
        return FormulaCheck(status, told, told)
    return FormulaCheck(status, hidden.diagnose(checker, item_id, formula).sentence, told)
