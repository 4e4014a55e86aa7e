"""Which of the notebooks asked for a file is by its cells, whatever it is called, and how much of it is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from . import cell_code, notebook_answers, notebook_file, ungraded_notebooks
from .asked import GivenCell, Notebook, Role, Wanted
from .notebook_file import Cell
from .problems import Unusable

# The text of the file is searched, not read as JSON: that takes 3 ms for 1 MB, and damage does no harm.
GRADE_ID = re.compile(r'"grade_id"\s*:\s*"([^"\\]{1,128})"')
FUNCTION = re.compile(r"def ([A-Za-z_]\w{0,127})")  # begins with what is looked for: 40 times as fast as with \b
MOST_FOUND = 20_000  # of either, in one file; a notebook has at most 5,000 cells
LEAST_SHARE = 0.25  # of its cells or functions; another homework of the course shares a cell or two, "imports" say
WHOLE_SHARE = 0.5  # from which on a file that is one notebook counts as another one, too
MOST_TRIED = 3  # cells for each function; the last ones
MOST_PARSED = 20_000  # characters of one notebook, of cells that may be as they were released; those have 6,000
TO_BE_WRITTEN = re.compile(r"NotImplementedError|\bpass\b|\.\.\.")


@dataclass(frozen=True)
class Match:
    """What the cells of a file say: the notebooks that it is, most of it first."""

    names: tuple[str, ...] = ()
    has_ids: bool = False  # those of the cells of one of them
    is_other_homework: bool = False  # it has ids of cells, and none of this homework
    ungraded: str = ""  # the notebook that it is a copy of, if students got that one and do not hand it in


def match(data: bytes, wanted: Wanted) -> Match:
    """Return which of the notebooks a file is; none of them where its cells do not say.

    With the ids of cells that are asked for it is no copy of another notebook, whatever was copied into it.
    """
    text = notebook_file.decode_text(data)[0]
    ids, functions = (
        {found[1] for found in islice(pattern.finditer(text), MOST_FOUND)} for pattern in (GRADE_ID, FUNCTION)
    )
    asked = {name: notebook for name in wanted.notebooks if (notebook := wanted.asked_notebook(name)) is not None}
    by_ids = {name: _share(ids, notebook.ids) for name, notebook in asked.items()}
    shares = {name: max(by_ids[name], _share(functions, {*asked[name].written_in})) for name in asked}
    ranked = sorted((name for name in shares if shares[name] >= LEAST_SHARE), key=lambda name: -shares[name])
    names = ranked[:1] + [name for name in ranked[1:] if shares[name] >= WHOLE_SHARE]
    has_ids = any(share >= LEAST_SHARE for share in by_ids.values())
    ungraded = "" if has_ids else ungraded_notebooks.recognised(data, wanted)
    return Match(tuple(names), has_ids, bool(ids) and bool(shares) and not any(shares.values()), ungraded)


def written(data: bytes, asked: Notebook) -> int:
    """Return how many functions are written, cells filled in and questions answered in a notebook; 0 if it is none.

    A cell that says what a release put there counts nothing, with or without its id: it may give a name a first value.
    """
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return 0
    given_code = {cell.source.strip() for cell in asked.cells}
    code = _Functions(cell for cell in cells if cell.source.strip() not in given_code)
    functions = sum(map(code.is_written, asked.written_in))
    with_functions = {*asked.written_in.values()}
    others = [cell for cell in asked.cells if cell.role is Role.SOLUTION and cell.id not in with_functions]
    filled = {given.id for given in others for cell in cells if cell.grade_id == given.id and _is_filled(cell, given)}
    answers = notebook_answers.find(cells, asked.texts).values() if asked.questions else ()
    return functions + len(filled) + sum(bool(answer.text) for answer in answers)


def _is_filled(cell: Cell, given: GivenCell) -> bool:
    return bool(cell.source.strip()) and not notebook_file.is_released_text(cell, given.source)


def only_own(data: bytes, name: str, wanted: Wanted) -> bytes:
    """Return a file without the cells that belong to other notebooks; as it is where it cannot be read.

    An id that several notebooks have, "imports" say, belongs to the notebook of the cells around it. Cells of the
    student's own stay: code of either part may need them.
    """
    asked = {each: notebook for each in wanted.notebooks if (notebook := wanted.asked_notebook(each)) is not None}
    try:
        cells = notebook_file.read(data).cells
        owners = [[each for each, notebook in asked.items() if cell.grade_id in notebook.ids] for cell in cells]
        around = next((owner[0] for owner in owners if len(owner) == 1), name)
        kept = []
        for cell, owner in zip(cells, owners, strict=True):
            around = owner[0] if len(owner) == 1 else around
            if not owner or around == name:
                kept.append(cell)
        return notebook_file.to_bytes(kept)
    except Unusable:
        return data


def _share(found: set[str], asked: set[str]) -> float:
    return len(found & asked) / len(asked) if asked else 0.0


class _Functions:
    """The code cells of a notebook, and how much of them may still be parsed."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._sources = [cell.source for cell in cells if cell.cell_type == "code" and "\0" not in cell.source]
        self._left = MOST_PARSED

    def is_written(self, function: str) -> bool:
        """Whether a cell defines, assigns or imports a function, and not with a body that is still to be written."""
        definition = rf"^[ \t]*(?:(?:async )?def {function}\b|{function}[ \t]*[:=])"
        named = re.compile(rf"{definition}|\bimport\b.*\b{function}\b", re.MULTILINE)
        found = (source for source in reversed(self._sources) if function in source and named.search(source))
        return any(not self._is_unwritten(source, function) for source in islice(found, MOST_TRIED))

    def _is_unwritten(self, source: str, function: str) -> bool:
        if not TO_BE_WRITTEN.search(source):
            return False
        self._left -= len(source)
        return self._left < 0 or cell_code.is_unwritten(source, function)
