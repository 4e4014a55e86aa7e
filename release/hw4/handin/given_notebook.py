"""The released notebook, beside which a student's is read: which cell is which, and what the given cells say."""

import ast
from collections.abc import Iterator, Sequence

from . import cell_code, notebook_file, statements
from .asked import Notebook, Role
from .statements import Statement, given_by

# A cell so many times longer than every given one is no copy: to split 32 MiB into words took 4.5 s and 1 GiB.
MAX_SPREAD = 20
# Characters of the cells of one notebook that are looked into; the longest of a real set has 60,000. Python takes 0.5 s
# for as many, and cells beyond them run as they stand, or are given as they were.
MAX_READ = 100_000
SKIPPED = (Role.TRAINING, Role.TRY, Role.GRADED)


class GivenNotebook:
    """The code cells of the released notebook."""

    def __init__(self, asked: Notebook) -> None:
        """Read the given cells."""
        self.sources = {cell.id: cell.source for cell in asked.cells}
        self.roles = {cell.id: cell.role for cell in asked.cells}
        self.order = {cell.id: index for index, cell in enumerate(asked.cells)}
        self._solutions = asked.written_in
        self.functions = {*asked.functions.values(), *self._solutions}
        self.to_run, self.skipped = asked.with_role(Role.RUN), asked.with_role(*SKIPPED)
        self.longest = MAX_SPREAD * max(map(len, self.sources.values()), default=0)
        locked = [*self.to_run, *self.skipped]
        self._ids_by_text = {tuple(self.sources[name].split()): name for name in locked}
        by_cell = {name: given_by(self.statements_of(name)) for name in locked}
        self.names = {name for cell in self.to_run for name in by_cell[cell]} - self.functions
        self.skipped_names = {name for cell in self.skipped for name in by_cell[cell]} - self.functions
        self._says = {name: {each.says for each in self.statements_of(name)} for name in locked}
        training = [each.node for name in asked.with_role(Role.TRAINING) for each in self.statements_of(name)]
        self._trains = {name for node in training for name in _called(node)} - cell_code.ALWAYS_THERE
        tried = [each for name in asked.with_role(Role.TRY) for each in self.statements_of(name)]
        self.checks = {each.does for each in tried if isinstance(each.node, ast.With)}

    def is_given(self, statement: Statement, grade_id: str) -> bool:
        """Return whether a statement in a copy of a given cell stands there, or in another given cell.

        To import what only cells import that do not run is a student's own.
        """
        where = [grade_id, *self.to_run, *([] if statement.is_import else self.skipped)]
        return any(statement.says in self._says[name] for name in where)

    def trains(self, statement: Statement) -> bool:
        """Return whether a statement calls what cells call that train."""
        return not self._trains.isdisjoint(_called(statement.node))

    def statements_of(self, grade_id: str) -> tuple[Statement, ...]:
        """Return the statements of a given cell; none of one that is no Python, such as a script of the shell."""
        code = statements.read(self.sources[grade_id])
        return code.statements if code is not None else ()

    def ids_of(self, cells: Sequence[notebook_file.Cell]) -> list[str | None]:
        """Return the grade id of each submitted cell, None for a student's own.

        A cell that lost its metadata is recognised by its text or, if no cell has that id, by the function it writes.
        """
        ids = [cell.grade_id if cell.grade_id in self.order else self._by_text(cell) for cell in cells]
        lost = {function: name for function, name in self._solutions.items() if name not in ids}
        for index, cell in enumerate(cells):
            if ids[index] is None and lost and cell.cell_type == "code":
                written = [name for name in lost if f"def {name}(" in cell.source[: self.longest]]
                if len(written) == 1:
                    ids[index] = lost.pop(written[0])
        return ids

    def is_changed(self, grade_id: str, cell: notebook_file.Cell) -> bool:
        """Return whether a submitted cell says something else than the given one."""
        return len(cell.source) > self.longest or cell.source.split() != self.sources[grade_id].split()

    def deeds_of(self, grade_id: str) -> frozenset[str]:
        """Return what the statements of a given cell do."""
        return frozenset(each.does for each in self.statements_of(grade_id))

    def _by_text(self, cell: notebook_file.Cell) -> str | None:
        if not cell.source.strip() or len(cell.source) > self.longest:
            return None
        return self._ids_by_text.get(tuple(cell.source.split()))


def _called(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            yield each.func.id
