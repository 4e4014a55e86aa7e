"""Which cells of a submitted notebook run when it is graded, and who wrote each of them."""

from dataclasses import dataclass

from . import notebook_file
from .asked import Notebook, Role
from .notebook_file import NotebookFile
from .problems import Line

# A cell so many times longer than every given one is no copy: to split 32 MiB into words took 4.5 s and 1 GiB.
MAX_SPREAD = 20


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `label` says where it stands, for messages."""

    label: str
    source: str


@dataclass(frozen=True)
class Plan:
    """The code cells to run, in order, and what their author should know of the choice."""

    cells: tuple[Cell, ...]
    notes: tuple[Line, ...] = ()


def plan(asked: Notebook, submitted: NotebookFile) -> Plan:
    """Return the code cells to run, in order.

    Locked cells come from the instructor's notebook, wherever the student's copy is; deleted ones are restored.
    A solution cell that was turned into text runs all the same.
    Graded cells, and given cells that train, draw or try out, never run; a copy of one with other text in it is the
    student's own cell.
    """
    given = _Given(asked)
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
    return Plan((*cells, *(given.cell(grade_id) for grade_id in absent)))


def given_cells(asked: Notebook, submitted: NotebookFile) -> dict[str, notebook_file.Cell]:
    """Return the student's copies of the locked code cells by id; of several, the one with most outputs."""
    given, copies = _Given(asked), dict[str, notebook_file.Cell]()
    for cell in submitted.cells:
        grade_id = given.id_of(cell)
        if grade_id in given.locked and (grade_id not in copies or len(cell.outputs) > len(copies[grade_id].outputs)):
            copies[grade_id] = cell
    return copies


class _Given:
    """The code cells of the released notebook, by grade id."""

    def __init__(self, asked: Notebook) -> None:
        self._sources = {cell.id: cell.source for cell in asked.cells}
        self.order = {cell.id: index for index, cell in enumerate(asked.cells)}
        self.solutions = set(asked.with_role(Role.SOLUTION))
        self.locked = self.order.keys() - self.solutions
        self.to_run = asked.with_role(Role.RUN)
        self._longest = MAX_SPREAD * max(map(len, self._sources.values()), default=0)
        self._ids_by_text = {tuple(self._sources[name].split()): name for name in self.locked}

    def id_of(self, cell: notebook_file.Cell) -> str | None:
        """Return the grade id of a submitted cell; a given cell that lost its metadata is recognised by its text."""
        if cell.grade_id in self.order:
            return cell.grade_id
        if not cell.source.strip() or len(cell.source) > self._longest:
            return None
        return self._ids_by_text.get(tuple(cell.source.split()))

    def differs(self, grade_id: str | None, cell: notebook_file.Cell) -> bool:
        """Return whether a submitted cell differs from the given one."""
        return len(cell.source) > self._longest or cell.source.split() != self._sources.get(grade_id or "", "").split()

    def cell(self, grade_id: str) -> Cell:
        """Return a given cell as it was released."""
        return Cell(grade_id, self._sources[grade_id])
