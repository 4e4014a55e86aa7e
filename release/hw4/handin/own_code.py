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


def added(given: GivenNotebook, code: Code, merged: Collection[str]) -> Found:
    """Return what a copy of a cell has that runs in the grader beside what was given.

    Names that given cells define stay theirs; to import one again is fine.
    """
    new = [each for each in code.statements if each.says not in given.says and each.does not in merged]
    return Found(tuple(each for each in new if _is_import(each) or not _changed(given, [each])), _changed(given, new))


def defined_for_others(given: GivenNotebook, copies: Mapping[int, Code], wanted: Collection[str]) -> dict[int, Found]:
    """Return what copies of cells that do not run define for code that does.

    Args:
        given: The released notebook.
        copies: The copies, by their place.
        wanted: Names that this code needs and nothing else defines.
    """
    makers = defaultdict[str, list[tuple[int, int]]](list)
    for place, code in copies.items():
        for index, each in enumerate(code.statements):
            if each.says not in given.says and isinstance(each.node, DEFINES) and not _is_kept(given, each):
                for name in each.names.defined:
                    makers[name].append((place, index))
    picked, waiting = set[tuple[int, int]](), [*given.functions, *wanted]
    while waiting:
        for place, index in makers.pop(waiting.pop(), ()):
            if (place, index) not in picked:
                picked.add((place, index))
                waiting += copies[place].statements[index].names.needed
    return {
        place: Found(
            tuple(each for index, each in enumerate(code.statements) if (place, index) in picked),
            _changed(given, [each for each in code.statements if isinstance(each.node, DEFINES)]),
        )
        for place, code in copies.items()
    }


def _is_kept(given: GivenNotebook, statement: Statement) -> bool:
    """Whether a statement gives a name that is the given cells' own, run or not."""
    names = statement.names.defined
    return bool(names & given.skipped_names) or (bool(names & given.names) and not _is_import(statement))


def _is_import(statement: Statement) -> bool:
    return isinstance(statement.node, (ast.Import, ast.ImportFrom))


def _changed(given: GivenNotebook, new: Sequence[Statement]) -> tuple[str, ...]:
    own = [each for each in new if each.says not in given.says and not _is_import(each)]
    return tuple(sorted({name for each in own for name in each.names.defined & given.names}))
