"""The notebooks that a release gives along without points: as in source/, without outputs and what a run leaves."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor, ClearOutputPreprocessor
from nbformat import NotebookNode

from ..course import sheets, ungraded
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from .leak_scan import cell_name

KEPT_OF_CELLS = {"tags", "jupyter", "editable", "deletable"}
KEPT_OF_NOTEBOOKS = {"kernelspec", ("language_info", "name")}
GRADED = ("grade", "solution", "task")


def texts(assignment: Assignment, ignored: Iterable[str]) -> dict[str, str]:
    """Return each of them as students get it, by its path in the release.

    Raises:
        ConfigError: One cannot be read, or holds something that would have to be stripped or graded.
    """
    return {name: _released(name, path, assignment) for name, path in ungraded.paths(assignment, ignored).items()}


def _released(name: str, path: Path, assignment: Assignment) -> str:
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise ConfigError(
            f"{name} is no notebook that Jupyter reads: open it in Jupyter, and save it again."
        ) from error
    for problem in _problems(notebook, assignment):
        raise ConfigError(
            f"{name}, {problem}, but nothing in {name.partition('/')[0]}/ is graded or stripped: remove that, or move "
            f"the notebook to source/{assignment.name}."
        )
    notebook, _ = ClearOutputPreprocessor(enabled=True).preprocess(notebook, {})
    keep = {"preserve_cell_metadata_mask": KEPT_OF_CELLS, "preserve_nb_metadata_mask": KEPT_OF_NOTEBOOKS}
    notebook, _ = ClearMetadataPreprocessor(enabled=True, **keep).preprocess(notebook, {})
    return nbformat.writes(notebook) + "\n"


def _problems(notebook: NotebookNode, assignment: Assignment) -> Iterator[str]:
    delimiter = assignment.regions.delimiter()
    for number, cell in enumerate(notebook.cells, start=1):
        marks = cell.metadata.get("nbgrader", {})
        if any(marks.get(mark) for mark in GRADED):
            yield f"{cell_name(cell, number)} is one that nbgrader grades"
        if sheets.SCHEME_TAG in cell.metadata.get("tags", []):
            yield f"{cell_name(cell, number)} is a mark scheme"
        if delimiter.search(cell.source):
            yield f"{cell_name(cell, number)} has a delimiter of a region"
