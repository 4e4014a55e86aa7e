"""What students wrote into given cells, and what given cells were merged into theirs."""

import ast
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .given_notebook import GivenNotebook
from .statements import Code, Statement

# In a cell that the grader does not run, everything else may train, draw or try out.
DEFINES = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.If,
    ast.Try,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Of a student's copy of a given cell: what runs of it, and the names of given code that it changes."""

    statements: tuple[Statement, ...]
    changed: tuple[str, ...] = ()


def added(given: GivenNotebook, grade_id: str, code: Code, merged: Collection[str]) -> Found:
    """Return what a copy of a cell has that runs in the grader beside what was given.

    Names that given cells define stay theirs; to import one again is fine.
    """
    new = [each for each in code.statements if not given.is_given(each, grade_id) and each.does not in merged]
    return Found(tuple(each for each in new if not _changed(given, [each])), _changed(given, new))


def defined_for_others(
    given: GivenNotebook, copies: Mapping[int, tuple[str, Code]], wanted: Collection[str]
) -> dict[int, Found]:
    """Return what copies of cells that do not run define for code that does.

    Args:
        given: The released notebook.
        copies: The ids and the copies, by their place.
        wanted: Names that this code needs and nothing else defines.
    """
    new = {
        place: [
            each for each in code.statements if isinstance(each.node, DEFINES) and not given.is_given(each, grade_id)
        ]
        for place, (grade_id, code) in copies.items()
    }
    makers = defaultdict[str, list[tuple[int, int]]](list)
    for place, statements in new.items():
        for index, each in enumerate(statements):
            if not _stays_given(given, each):
                for name in each.names.defined:
                    makers[name].append((place, index))
    picked, waiting = set[tuple[int, int]](), [*given.functions, *wanted]
    while waiting:
        for place, index in makers.pop(waiting.pop(), ()):
            if (place, index) not in picked:
                picked.add((place, index))
                waiting += new[place][index].names.needed
    return {
        place: Found(
            tuple(each for index, each in enumerate(statements) if (place, index) in picked),
            _changed(given, statements),
        )
        for place, statements in new.items()
    }


def _stays_given(given: GivenNotebook, statement: Statement) -> bool:
    """Whether a statement trains, or gives a name that is the given cells' own, run or not."""
    if statement.is_import:
        return False
    is_done = isinstance(statement.node, (ast.Assign, ast.AnnAssign, ast.If, ast.Try))
    return bool(statement.names.defined & (given.names | given.skipped_names)) or (is_done and given.trains(statement))


def _changed(given: GivenNotebook, new: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(sorted({name for each in new if not each.is_import for name in each.names.defined & given.names}))
