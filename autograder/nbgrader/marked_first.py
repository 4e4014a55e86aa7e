"""Put what a person marks at the top of a notebook, so that nobody looks for it behind a hundred cells of code.

A page of its own would need a notebook of its own in the gradebook; there a cell belongs to the notebook that
`nbgrader generate_assignment` found it in, and one that moves is refused as soon as somebody has submitted.
"""

from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from ..course.source_notebook import grade_id as id_of
from ..handin.asked import GivenText
from ..marking.marker_notes import note

FIRST = ("problem", "refused")  # notes on the whole notebook
REST = note("rest-of-notebook", "---\n\n**The notebook without the cells above**")


def marked_first(cells: Sequence[NotebookNode], given: Sequence[GivenText]) -> list[NotebookNode]:
    """Return the cells of a notebook with those of the items that are answered in a cell of text before all others.

    Of each such item that is its question, the mark scheme, the notes and pictures for the marker, and the answer.
    Code and tasks stay where they are: what stands around them belongs to them.

    `given` are the texts of the notebook, as students get them.
    """
    first = [index for index, cell in enumerate(cells) if cell.get("id") in FIRST]
    items = [text.id for text in given if text.is_answer]
    moved = list(dict.fromkeys(index for item_id in items for index in _cells_of(item_id, cells, given)))
    if not moved:
        return list(cells)
    rest = [index for index in range(len(cells)) if index not in {*first, *moved}]
    return [*(cells[index] for index in first + moved), REST, *(cells[index] for index in rest)]


def _cells_of(item_id: str, cells: Sequence[NotebookNode], given: Sequence[GivenText]) -> Iterator[int]:
    """Yield the indices of what belongs to an item, in the order in which a marker reads it."""
    ids = [id_of(cell) or cell.get("id", "") for cell in cells]
    asking = [text.source for text in given if text.asks == item_id]
    is_own = [name.startswith("own-") and not id_of(cell) for name, cell in zip(ids, cells, strict=True)]
    yield from (i for i, cell in enumerate(cells) if cell.source in asking and not is_own[i])
    yield from (index for index, cell_id in enumerate(ids) if cell_id == f"{item_id}_scheme")
    notes = (f"{item_id}-notes", f"{item_id}-pictures")
    yield from (
        index
        for index, cell_id in enumerate(ids)
        if cell_id in (item_id, *notes) or cell_id.startswith(f"{item_id}-file-")
    )
