"""Which cells of a submitted notebook run when it is graded, and who wrote each of them."""

from nbformat import NotebookNode

from ..course import source_notebook
from ..course.source_notebook import SKIPPED_TAGS, metadata
from ..handin import notebook_file
from ..handin.notebook_file import NotebookFile
from ..session.notebook_process import Cell

# A cell so many times longer than every given one is no copy: to split 32 MiB into words took 4.5 s and 1 GiB.
MAX_SPREAD = 20


def plan(source: NotebookNode, submitted: NotebookFile) -> list[Cell]:
    """Return the code cells to run, in order.

    Locked cells come from the instructor's notebook, wherever the student's copy is; deleted ones are restored.
    A solution cell that was turned into text runs all the same.
    Graded cells, and given cells tagged `training` or `try`, never run; a copy of one with other text in it is the
    student's own cell.
    """
    given = _Given(source)
    present = {given.id_of(cell) for cell in submitted.cells}
    absent = [grade_id for grade_id in given.to_run if grade_id not in present]
    cells, seen = [], set()
    for number, cell in enumerate(submitted.cells, start=1):
        grade_id = given.id_of(cell)
        if grade_id in given.order:
            while absent and given.order[absent[0]] < given.order[grade_id]:
                cells.append(given.cell(absent.pop(0)))
        if grade_id in given.locked and grade_id not in seen:
            seen.add(grade_id)
            if grade_id in given.to_run:
                cells.append(given.cell(grade_id))
        elif grade_id in given.solutions:
            cells.append(Cell(grade_id, cell.source))
        elif cell.cell_type == "code" and grade_id not in given.locked:
            cells.append(Cell(f"number {number}", cell.source))
        elif cell.cell_type == "code" and (grade_id in given.to_run or given.differs(grade_id, cell)):
            cells.append(Cell(f"number {number} (a copy of {grade_id})", cell.source))
    return cells + [given.cell(grade_id) for grade_id in absent]


def given_cells(source: NotebookNode, submitted: NotebookFile) -> dict[str, notebook_file.Cell]:
    """Return the student's copies of the locked code cells by id; of several, the one with most outputs."""
    given, copies = _Given(source), dict[str, notebook_file.Cell]()
    for cell in submitted.cells:
        grade_id = given.id_of(cell)
        if grade_id in given.locked and (grade_id not in copies or len(cell.outputs) > len(copies[grade_id].outputs)):
            copies[grade_id] = cell
    return copies


class _Given:
    """The instructor's notebook, by grade id."""

    def __init__(self, source: NotebookNode) -> None:
        self._sources: dict[str, str] = {}
        self.order: dict[str, int] = {}
        self.locked: set[str] = set()
        self.solutions: set[str] = set()
        self.to_run: list[str] = []
        for index, cell in enumerate(source.cells):
            meta, grade_id = metadata(cell), source_notebook.grade_id(cell)
            if cell.cell_type != "code" or not grade_id:
                continue
            self._sources[grade_id] = cell.source
            self.order[grade_id] = index
            if meta.get("solution"):
                self.solutions.add(grade_id)
            else:
                self.locked.add(grade_id)
                if not meta.get("grade") and not SKIPPED_TAGS & set(cell.metadata.get("tags", [])):
                    self.to_run.append(grade_id)
        self._longest = MAX_SPREAD * max(map(len, self._sources.values()), default=0)
        self._ids_by_text = {text.split() and tuple(text.split()): name for name, text in self._sources.items()}

    def id_of(self, cell: notebook_file.Cell) -> str | None:
        """Return the grade id of a submitted cell; a given cell that lost its metadata is recognised by its text."""
        if cell.grade_id in self.order:
            return cell.grade_id
        if not cell.source.strip() or len(cell.source) > self._longest:
            return None
        found = self._ids_by_text.get(tuple(cell.source.split()))
        return found if found in self.locked else None

    def differs(self, grade_id: str | None, cell: notebook_file.Cell) -> bool:
        """Return whether a submitted cell differs from the given one."""
        return len(cell.source) > self._longest or cell.source.split() != self._sources.get(grade_id or "", "").split()

    def cell(self, grade_id: str) -> Cell:
        """Return a given cell of the instructor's notebook."""
        return Cell(grade_id, self._sources[grade_id])
