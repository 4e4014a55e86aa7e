"""The rubric of each item that a person marks, wherever its mark scheme stands: on a sheet or in a notebook."""

import re
from collections.abc import Iterable, Mapping

from nbformat import NotebookNode

from ..model.assignment import Assignment, GradedBy, Item, Sheet
from ..model.errors import ConfigError
from ..model.rubric import Rubric
from . import rubric_text, source_notebook
from .sheets import SCHEME_TAG

SCHEME = "_scheme"  # what the id of the cell ends in that holds the mark scheme of an item

_DELIMITER = re.compile(r"^ *<!--\s*(?:BEGIN|END) MARK SCHEME\s*-->", re.MULTILINE)


def rubric_of(item: Item, assignment: Assignment) -> Rubric:
    """Return the rubric of an item that a person marks; one without a mark scheme has no criteria."""
    return assignment.rubrics[item.id]


def read_all(
    items: Iterable[Item], notebooks: Mapping[str, NotebookNode], sheets: Mapping[str, Sheet]
) -> dict[str, Rubric]:
    """Return the rubrics of all items that a person marks.

    Raises:
        ConfigError: A mark scheme in a notebook is not in order, or is not known as one.
    """
    marked = {item.id: item for item in items if item.graded_by is not GradedBy.CHECKS}
    rubrics = {item_id: Rubric(item_id, item.points) for item_id, item in marked.items()}
    rubrics |= {entry.id: entry.rubric for sheet in sheets.values() for entry in sheet.items}
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            item_id = _item_of(cell, name, marked)
            if item_id:
                rubrics[item_id] = _in_cell(cell, name, marked[item_id])
    return rubrics


def _item_of(cell: NotebookNode, name: str, marked: Mapping[str, Item]) -> str:
    """Return the id of the item whose mark scheme a cell is, nothing for another cell."""
    cell_id = source_notebook.grade_id(cell)
    item_id = cell_id.removesuffix(SCHEME) if cell_id.endswith(SCHEME) else ""
    tagged = SCHEME_TAG in cell.metadata.get("tags", [])
    known = item_id in marked and marked[item_id].notebook == name
    if tagged and cell_id and not known:
        raise ConfigError(
            f"{name}.ipynb: the cell {cell_id} has the tag {SCHEME_TAG}, but no item that a person marks there belongs "
            f"to it: name it <item>{SCHEME}."
        )
    if known and not tagged:
        raise ConfigError(
            f"{name}.ipynb: the cell {cell_id} lacks the tag {SCHEME_TAG}, so that students would get it: add the tag."
        )
    return item_id if known else ""


def _in_cell(cell: NotebookNode, name: str, item: Item) -> Rubric:
    place = f"{name}.ipynb, cell {source_notebook.grade_id(cell)}"
    return rubric_text.read(item.id, item.points, _DELIMITER.sub("", cell.source), has_formula=False, place=place)
