"""Where a notebook asks what a person marks: in a prompt, in the task itself, or in the text above the answer."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from nbformat import NotebookNode

from ..handin.cell_names import last_heading
from ..model.cell_regions import CellRegions
from .sheets import SCHEME_TAG
from .source_notebook import PROMPT, grade_id, metadata

RULE = re.compile(r"\A(?:\s*(?:-{3,}|\*{3,}|_{3,})[ \t]*\n)+\s*")  # a line between parts, above the heading


def released(notebook: NotebookNode, regions: CellRegions) -> list[NotebookNode]:
    """Return the cells of an instructor's notebook as students get them."""
    cells = (cell for cell in notebook.cells if SCHEME_TAG not in cell.metadata.get("tags", []))
    return [NotebookNode({**cell, "source": regions.released(cell)}) for cell in cells]


def places(
    cells: Sequence[NotebookNode], items: Collection[str], beside: Mapping[str, str] = MappingProxyType({})
) -> dict[str, list[int]]:  # fmt: skip
    """Return which cells ask for each item, by their numbers from 0; none where nothing stands above it.

    A cell `<id>_prompt` comes first. A task asks itself. Else the text above the answer asks, from its last heading on.

    `beside` has the id of the cell that the answer is written in where that is not the item's own.
    """
    ids = {name: place for place, cell in enumerate(cells) if (name := grade_id(cell))}
    found = {}
    for item in items:
        if f"{item}{PROMPT}" in ids:
            found[item] = [ids[f"{item}{PROMPT}"]]
        elif metadata(cells[ids[item]]).get("task"):
            found[item] = [ids[item]]
        else:
            found[item] = [*_above(cells, ids[beside.get(item, item)])][::-1]
    return found


def texts(
    cells: Sequence[NotebookNode], items: Collection[str], beside: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:  # fmt: skip
    """Return what the cells say that ask for each item; see `places`."""
    return {
        item: RULE.sub("", "\n\n".join(cells[place].source for place in found))
        for item, found in places(cells, items, beside).items()
    }


def _above(cells: Sequence[NotebookNode], place: int) -> Iterator[int]:
    """Yield the cells of text above one, upwards to a heading; cells of code in between show what is asked about."""
    is_found = False
    for above in range(place - 1, -1, -1):
        cell, meta = cells[above], metadata(cells[above])
        if SCHEME_TAG in cell.metadata.get("tags", []) or (cell.cell_type == "code" and not is_found):
            continue
        if cell.cell_type == "code" or meta.get("grade") or meta.get("solution") or meta.get("task"):
            return
        yield above
        is_found = True
        if last_heading(cell.source):
            return
