"""Notebooks that students get and do not hand in: which of them a file is, and what its owner wrote into it.

What decides is the text of its cells, which survives another name, a run, cells of one's own and Colab. The release
knows each cell by a digest.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence

from . import notebook_file
from .asked import Wanted
from .notebook_file import Cell
from .problems import Unusable

LEAST_SHARE = 0.5  # of its cells; whoever tries things changes a few, and two of these notebooks share the first ones
FEWEST_CHARACTERS = 24  # of a cell that tells one notebook from another; `import numpy as np` has 16
MOST_CHARACTERS = 20_000  # of a cell that may be a given one; those of real notebooks have 6,000 at most
DIGITS = 12  # of a digest; one release has some hundred


def digest(cell: Cell) -> str:
    """Return a short digest of what a cell says, however it is spaced; "" for one that is too short or too long."""
    if len(cell.source) > MOST_CHARACTERS:
        return ""
    text = cell.source.replace(" ", "").replace("\n", "").replace("\t", "")  # ten times as fast as to split it
    if len(text) < FEWEST_CHARACTERS:
        return ""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:DIGITS]


def digests(cells: Iterable[Cell]) -> list[str]:
    """Return the digests of the cells that have one, each once."""
    return [*dict.fromkeys(found for cell in cells if (found := digest(cell)))]


def recognised(data: bytes, wanted: Wanted) -> str:
    """Return which of these notebooks a file is, by its path in the release; "" for none. Never raises."""
    if not wanted.ungraded_notebooks:
        return ""
    try:
        found = {*digests(notebook_file.read(data).cells)}
    except Unusable:
        return ""
    shares = {path: _share(found, known) for path, known in wanted.ungraded_notebooks.items()}
    best = max(shares, key=lambda path: shares[path])
    return best if shares[best] >= LEAST_SHARE else ""


def own_texts(cells: Sequence[Cell], known: Collection[str]) -> list[int]:
    """Return the numbers of the cells without code that were not given; `known` are the digests of those that were."""
    return [
        index for index, cell in enumerate(cells)
        if cell.cell_type != "code" and digest(cell) not in known
    ]  # fmt: skip


def _share(found: Collection[str], known: Sequence[str]) -> float:
    return sum(each in found for each in known) / len(known) if known else 0.0
