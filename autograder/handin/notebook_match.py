"""Which of the notebooks asked for a file is by its cells, whatever it is called, and how much of it is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from . import cell_code, notebook_answers, notebook_file
from .asked import Notebook, Wanted
from .notebook_file import Cell
from .problems import Unusable

# The text of the file is searched, not read as JSON: that takes 3 ms for 1 MB, and damage does no harm.
GRADE_ID = re.compile(r'"grade_id"\s*:\s*"([^"\\]{1,128})"')
FUNCTION = re.compile(r"\bdef ([A-Za-z_]\w{0,127})\b")
MOST_FOUND = 20_000  # of either, in one file; a notebook has at most 5,000 cells
LEAST_SHARE = 0.25  # of its cells or functions; another homework of the course shares a cell or two, "imports" say
WHOLE_SHARE = 0.5  # from which on a file that is one notebook counts as another one, too
MOST_TRIED = 3  # cells for each function; the last ones
LONGEST = 20_000  # characters of a cell that is looked at for a function; the longest of a real set has 9,000


@dataclass(frozen=True)
class Match:
    """What the cells of a file say: the notebooks that it is, most of it first."""

    names: tuple[str, ...] = ()
    is_other_homework: bool = False  # it has ids of cells, and none of this homework


def match(data: bytes, wanted: Wanted) -> Match:
    """Return which of the notebooks a file is; none of them where its cells do not say."""
    text = notebook_file.decode_text(data)[0]
    ids, functions = (
        {found[1] for found in islice(pattern.finditer(text), MOST_FOUND)} for pattern in (GRADE_ID, FUNCTION)
    )
    shares: dict[str, float] = {}
    for name in wanted.notebooks:
        if (asked := wanted.asked_notebook(name)) is not None:
            shares[name] = max(_share(ids, asked.ids), _share(functions, set(asked.functions.values())))
    ranked = sorted((name for name in shares if shares[name] >= LEAST_SHARE), key=lambda name: -shares[name])
    names = ranked[:1] + [name for name in ranked[1:] if shares[name] >= WHOLE_SHARE]
    return Match(tuple(names), bool(ids) and bool(shares) and not any(shares.values()))


def written(data: bytes, asked: Notebook) -> int:
    """Return how many functions are written and questions answered in a notebook; 0 if it cannot be read."""
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return 0
    functions = sum(_is_written(function, cells) for function in asked.functions.values())
    answers = notebook_answers.find(cells, asked.texts).values() if asked.questions else ()
    return functions + sum(bool(answer.text) for answer in answers)


def only_own(data: bytes, name: str, wanted: Wanted) -> bytes:
    """Return a file without the cells that belong to other notebooks; as it is where it cannot be read."""
    own = wanted.asked_notebook(name)
    others = [wanted.asked_notebook(other) for other in wanted.notebooks if other != name]
    foreign = {grade_id for other in others if other for grade_id in other.ids} - (own.ids if own else set())
    try:
        return notebook_file.without(data, foreign)
    except Unusable:
        return data


def _share(found: set[str], asked: set[str]) -> float:
    return len(found & asked) / len(asked) if asked else 0.0


def _is_written(function: str, cells: Iterable[Cell]) -> bool:
    """Whether a cell defines, assigns or imports a function, and not with a body that is still to be written."""
    named = re.compile(rf"^[ \t]*(?:(?:async )?def {function}\b|{function}[ \t]*[:=])|\bimport\b.*\b{function}\b", re.M)
    sources = [cell.source for cell in cells if cell.cell_type == "code" and len(cell.source) <= LONGEST]
    found = [source for source in sources if function in source and named.search(source)][-MOST_TRIED:]
    return any(not cell_code.is_unwritten(source, function) for source in reversed(found))
