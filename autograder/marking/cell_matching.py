"""Which submitted cell corresponds to which given cell, even if Colab or copying has lost the ids."""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from nbformat import NotebookNode

from ..course.asked import texts
from ..course.source_notebook import grade_id as id_of
from ..course.source_notebook import metadata
from ..handin.filled_sheet import ANSWER_MARK
from ..handin.notebook_answers import added_words
from ..handin.notebook_file import Cell

MAX_SOURCE = 100_000  # characters of a cell in which the name of a function is looked for
_DEFINITION = re.compile(r"^def (\w+)\(", re.MULTILINE)


class GivenNotebook:
    """An instructor's notebook as students get it, and by what its cells are known again in theirs.

    Build one for a class: to find that out for each submission takes longer than to use it.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        """Look at the cells, which nobody may change from now on."""
        self.notebook = notebook
        self.sources = {id_of(cell): cell.source for cell in notebook.cells}
        self.texts = {cell.source.strip() for cell in notebook.cells} | {""}
        written = [id_of(cell) for cell in notebook.cells if cell.cell_type != "code" and _is_solution(cell)]
        self.given_texts = texts(notebook.cells, written)
        self._locked_texts = {text.id: text.source for text in self.given_texts if text.id and not text.is_answer}
        self._ids = self.sources.keys() - {""}
        self._by_text = {cell.source.strip(): id_of(cell) for cell in notebook.cells if not _is_solution(cell)}
        pairs = itertools.pairwise(notebook.cells)
        self._solutions = [(cell, id_of(before)) for before, cell in pairs if _is_solution(cell)]

    def match(self, cells: Sequence[Cell]) -> dict[int, str]:
        """Return which submitted cell corresponds to which given cell, as index to grade id; the last of several.

        A cell is known by its id, a locked one also by its text, a function to write also by its name, and a written
        answer by its place behind the question.
        """
        found: dict[str, int] = {}
        for index, cell in enumerate(cells):
            grade_id = cell.grade_id if cell.grade_id in self._ids else self._by_text.get(cell.source.strip(), "")
            if grade_id:
                found[grade_id] = index
        defined = _Definitions(cells)
        for given_cell, before in self._solutions:
            grade_id = id_of(given_cell)
            if grade_id not in found:
                candidates = list(_candidates(given_cell, defined, set(found.values()), found.get(before)))
                if candidates:
                    found[grade_id] = candidates[-1]
        return {index: grade_id for grade_id, index in found.items()}

    def added_words(self, grade_id: str, cell: Cell) -> str:
        """Return what a student wrote into a given cell that holds no code, and is not there to be written in."""
        source = self._locked_texts.get(grade_id)
        return added_words(cell.source, source) if source is not None and cell.cell_type != "code" else ""


def _is_solution(cell: NotebookNode) -> bool:
    return bool(metadata(cell).get("solution"))


class _Definitions:
    """The functions that each cell defines, looked for once: eleven given functions may be asked for in 32 MiB."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells

    @cached_property
    def names(self) -> list[frozenset[str]]:
        return [frozenset(_DEFINITION.findall(cell.source[:MAX_SOURCE])) for cell in self.cells]


def _candidates(given: NotebookNode, defined: _Definitions, taken: set[int], question: int | None) -> Iterator[int]:
    """Yield the indices of cells without an id that may be the given one, the best last."""
    cells = defined.cells
    free = [index for index, cell in enumerate(cells) if index not in taken and cell.cell_type == given.cell_type]
    if given.cell_type == "code":
        names = set(_DEFINITION.findall(given.source))
        yield from (index for index in free if names & defined.names[index])
        return
    if question is not None:
        end = min((index for index in taken if index > question), default=len(cells))
        free = [index for index in free if question < index < end]
        yield from free[:1]
    yield from (index for index in free if cells[index].source[:MAX_SOURCE].lstrip().startswith(ANSWER_MARK))
