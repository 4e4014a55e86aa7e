"""Put what a person marks at the top of a notebook, so that nobody looks for it behind a hundred cells of code.

A page of its own would need a notebook of its own in the gradebook; there a cell belongs to the notebook that
`nbgrader generate_assignment` found it in, and one that moves is refused as soon as somebody has submitted.
"""

from collections.abc import Collection, Iterator, Sequence

from nbformat import NotebookNode

from ..course.source_notebook import grade_id as id_of
from ..marking.marker_notes import note

FIRST = ("problem", "refused")  # notes on the whole notebook
REST = note("rest-of-notebook", "---\n\n**The notebook without the cells above**")


def marked_first(cells: Sequence[NotebookNode], item_ids: Collection[str]) -> list[NotebookNode]:
    """Return the cells of a notebook with those of some items before all others.

    Of each item that is its question, the mark scheme, the notes and pictures for the marker, and the answer.
    """
    first = [index for index, cell in enumerate(cells) if cell.get("id") in FIRST]
    moved = [index for item_id in item_ids for index in _cells_of(item_id, cells)]
    if not moved:
        return list(cells)
    rest = [index for index in range(len(cells)) if index not in {*first, *moved}]
    return [*(cells[index] for index in first + moved), REST, *(cells[index] for index in rest)]


def _cells_of(item_id: str, cells: Sequence[NotebookNode]) -> Iterator[int]:
    """Yield the indices of what belongs to an item, in the order in which a marker reads it."""
    ids = [id_of(cell) or cell.get("id", "") for cell in cells]
    for wanted in (f"{item_id}_prompt", f"{item_id}_scheme"):
        yield from (index for index, cell_id in enumerate(ids) if cell_id == wanted)
    yield from (index for index, cell_id in enumerate(ids) if cell_id == item_id or cell_id.startswith(f"{item_id}-"))
