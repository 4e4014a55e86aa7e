"""Which cells of a submitted notebook run when it is graded, and who wrote each of them.

Locked cells come from the release, wherever the student's copy is; deleted ones are restored. What a student added to
a copy runs as a cell of its own. Cells that train, draw, try out or are graded never run; what a copy of one defines
for code that does run is found. A solution cell that was turned into text runs all the same.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import cell_code, cell_names, notebook_file, own_code, statements
from .asked import Notebook, Role
from .given_notebook import MAX_READ, SKIPPED, GivenNotebook
from .names import listed
from .notebook_file import NotebookFile, is_released_text, is_untouched
from .own_code import Found
from .problems import HINT, MUST, Line
from .statements import Code, Statement

MOST_NOTES = 30  # of one notebook; the homework's has about 30 given cells of code
OWN_CELLS = "Keep your own code in cells of your own."


@dataclass(frozen=True)
class Cell:
    """A code cell to run."""

    label: str  # the id of a given cell, for programs
    source: str
    name: str = ""  # what it is called in sentences
    is_own: bool = False  # a student wrote it

    @property
    def place(self) -> str:
        """What it is called in sentences."""
        return self.name or f"the cell {self.label}"


@dataclass(frozen=True)
class Plan:
    """The code cells to run, in order, and what their author should know of the choice."""

    cells: tuple[Cell, ...]
    notes: tuple[Line, ...] = ()
    unwritten: frozenset[str] = frozenset()  # functions that no cell writes, as far as cells could be read
    skipped_names: frozenset[str] = frozenset()  # that the student's copies of cells which do not run would define
    untouched: frozenset[str] = frozenset()  # ids of solution cells that are as released, or gone
    tests_at: Mapping[str, int] = field(default_factory=dict)  # how many of the cells run before each graded cell


def plan(asked: Notebook, submitted: NotebookFile) -> Plan:
    """Return the code cells to run, in order, and what their author should know of the choice."""
    return _Planner(asked, submitted.cells).plan()


def given_cells(asked: Notebook, submitted: NotebookFile) -> dict[str, notebook_file.Cell]:
    """Return the student's copies of the locked code cells by id; of several, the one with most outputs."""
    given, copies = GivenNotebook(asked), dict[str, notebook_file.Cell]()
    for cell, grade_id in zip(submitted.cells, given.ids_of(submitted.cells), strict=True):
        if grade_id is None or given.roles[grade_id] is Role.SOLUTION:
            continue
        if grade_id not in copies or len(cell.outputs) > len(copies[grade_id].outputs):
            copies[grade_id] = cell
    return copies


@dataclass
class _Piece:
    """Something that may run, in its place; `code` is there if it is a student's and can be read."""

    label: str
    source: str
    name: str = ""
    is_own: bool = False
    code: Code | None = None
    is_untouched: bool = False

    def keep(self, kept: Sequence[Statement]) -> None:
        """Leave all other statements out."""
        if self.code is not None and len(kept) < len(self.code.statements):
            self.source, self.code = self.code.only(kept), Code(self.code.source, tuple(kept))


class _Planner:
    """Goes through a submitted notebook once, and then looks at what belongs together."""

    def __init__(self, asked: Notebook, cells: Sequence[notebook_file.Cell]) -> None:
        self._given, self._cells = GivenNotebook(asked), cells
        self._ids = self._given.ids_of(cells)
        self._given_names = cell_names.of_given(asked)
        self._names = cell_names.of_submitted(asked, cells, self._ids)
        gone = [name for name in self._given.skipped if name not in self._ids]
        self._merged = [deeds for name in gone if (deeds := self._given.deeds_of(name))]
        self._left = MAX_READ
        self._pieces: list[_Piece] = []
        self._graded_at: dict[str, int] = {}  # how many pieces stand before the student's copy of a graded cell
        self._copies: dict[int, tuple[str, Code]] = {}  # of cells that do not run, by the place of what they define
        self._notes: list[Line] = []

    def plan(self) -> Plan:
        given, seen = self._given, set[str]()
        absent = [grade_id for grade_id in given.to_run if grade_id not in self._ids]
        for number, (cell, grade_id, name) in enumerate(zip(self._cells, self._ids, self._names, strict=True), start=1):
            while grade_id and absent and given.order[absent[0]] < given.order[grade_id]:
                self._run_given(absent.pop(0))
            role = given.roles[grade_id] if grade_id else None
            if grade_id and role is Role.SOLUTION:
                self._solution(grade_id, name, cell)
            elif grade_id and role is Role.RUN and grade_id not in seen:
                self._run_given(grade_id)
                self._copy(grade_id, cell)
            elif grade_id and role is Role.GRADED and grade_id not in self._graded_at:
                self._graded_at[grade_id] = len(self._pieces)
                self._copy(grade_id, cell)
            elif grade_id and role in SKIPPED and (grade_id not in seen or self._is_like(grade_id, cell)):
                self._copy(grade_id, cell)
            elif cell.cell_type == "code":
                copied = f" (a copy of {grade_id})" if grade_id else ""
                self._own(f"number {number}{copied}", name, cell)
            if grade_id:
                seen.add(grade_id)
        for grade_id in absent:
            self._run_given(grade_id)
        self._find_definitions()
        unwritten = self._leave_stubs_out()
        cells = (Cell(piece.label, piece.source, piece.name, piece.is_own) for piece in self._pieces if piece.source)
        skipped = {name for _, code in self._copies.values() for name in statements.given_by(code.statements)}
        return Plan(
            tuple(cells), self._most_notes(), unwritten, frozenset(skipped), self._untouched(), dict(self._tests_at())
        )  # fmt: skip

    def _untouched(self) -> frozenset[str]:
        solutions = {name for name, role in self._given.roles.items() if role is Role.SOLUTION}
        written = {
            name
            for cell, name in zip(self._cells, self._ids, strict=True)
            if name in solutions and cell.source.strip() and not is_released_text(cell, self._given.sources[name])
        }
        return frozenset(solutions - written)

    def _tests_at(self) -> Iterator[tuple[str, int]]:
        """Yield the id of each graded cell, and how many cells run before it.

        These are all given cells above it in the release, and what the student wrote between them and the student's
        copy of the cell, or before the next given cell if the copy is gone or elsewhere.
        """
        order = self._given.order
        labels = [piece.label for piece in self._pieces]
        # A further copy of a solution cell is the student's own: it may stand behind the test, to try something.
        places = [order.get(label, -1) if labels.index(label) == at else -1 for at, label in enumerate(labels)]
        least = 0
        for grade_id in (name for name in order if self._given.roles[name] is Role.GRADED):
            above = [index for index, place in enumerate(places) if 0 <= place < order[grade_id]]
            first = max([least, *(index + 1 for index in above)])
            last = next((index for index in range(first, len(places)) if places[index] >= 0), len(places))
            copy = self._graded_at.get(grade_id, -1)
            least = copy if first <= copy <= last else last
            yield grade_id, sum(bool(piece.source) for piece in self._pieces[:least])

    # --- cell by cell ---

    def _run_given(self, grade_id: str) -> None:
        self._pieces.append(_Piece(grade_id, self._given.sources[grade_id], self._given_names[grade_id]))

    def _own(self, label: str, name: str, cell: notebook_file.Cell) -> None:
        """Let a cell of the student's run, without given cells that do not and were merged with it."""
        piece = _Piece(label, cell.source, name, True, self._read(cell), is_untouched(cell))
        self._pieces.append(piece)
        if piece.code is not None:
            left_out = self._merged_in(piece.code) | self._given.checks
            piece.keep([each for each in piece.code.statements if each.does not in left_out])

    def _solution(self, grade_id: str, name: str, cell: notebook_file.Cell) -> None:
        if cell.cell_type != "code":
            if self._read(cell) is None:
                self._note(name, "this cell is text now, and no code: turn it back into a code cell.")
                return
            self._note(name, "this cell is text now; the grader runs it as code. Turn it back into a code cell.")
        self._own(grade_id, name, cell)

    def _copy(self, grade_id: str, cell: notebook_file.Cell) -> None:
        """Find out what the student's copy of a given cell has beside what was given."""
        if cell.cell_type != "code" or not self._given.is_changed(grade_id, cell):
            return
        code, name = self._read(cell), self._given_names[grade_id]
        added = f"what you added to {name}"
        if code is None:
            self._note(name, _unread(cell.source))
        elif grade_id in self._given.skipped:
            self._copies[len(self._pieces)] = grade_id, code
            self._pieces.append(_Piece(f"added to {grade_id}", "", name, True, code))
        else:
            found = own_code.added(self._given, grade_id, code, self._merged_in(code))
            if found.statements:
                piece = _Piece(f"added to {grade_id}", cell.source, added, True, code)
                piece.keep(found.statements)
                self._pieces.append(piece)
                text = f"you added {statements.lines_of(found.statements)} to a given cell; the grader runs what was"
                self._note(name, f"{text} given, then what you added. {OWN_CELLS}")
            self._note_changed(name, found)

    def _is_like(self, grade_id: str, cell: notebook_file.Cell) -> bool:
        """Return whether a further copy does something of what the given cell does, and nothing may run."""
        if not self._given.is_changed(grade_id, cell):
            return True
        code, deeds = self._read(cell), self._given.deeds_of(grade_id)
        return code is not None and any(each.does in deeds for each in code.statements)

    def _read(self, cell: notebook_file.Cell) -> Code | None:
        """Return the statements of a cell, None if it is no Python or too much was read already."""
        if len(cell.source) > self._left or not statements.is_short(cell.source):
            return None
        self._left -= len(cell.source)
        return statements.read(cell.source)

    def _merged_in(self, code: Code) -> set[str]:
        """Return what given cells did that do not run and are part of this cell now, as their own cells are gone."""
        deeds = {each.does for each in code.statements} if self._merged else set()
        return {deed for merged in self._merged if merged <= deeds for deed in merged}

    # --- all together ---

    def _find_definitions(self) -> None:
        """Let run what cells that the grader skips define for those that it runs."""
        own = [each for piece in self._pieces if piece.source and piece.code for each in piece.code.statements]
        needed = {name for each in own for name in each.names.needed} - statements.given_by(own)
        wanted = needed - self._given.names - cell_code.ALWAYS_THERE
        for place, found in own_code.defined_for_others(self._given, self._copies, wanted).items():
            piece = self._pieces[place]
            if found.statements:
                piece.source = self._copies[place][1].source
                piece.keep(found.statements)
                names = listed(sorted(f"`{name}`" for name in statements.given_by(found.statements)))
                text = f"the grader does not run this cell, but found {names} in it and runs that."
                self._note(piece.name, f"{text} {OWN_CELLS}")
            self._note_changed(piece.name, found)

    def _leave_stubs_out(self) -> frozenset[str]:
        """Let no function as it was released take the place of a written one; return those that nobody wrote.

        A line that keeps a function from being written is named.
        """
        defined: dict[str, list[tuple[_Piece, Statement]]] = {
            function: [] for function in sorted(self._given.functions)
        }
        for piece in self._pieces:
            for each in piece.code.statements if piece.source and piece.code else ():
                for function in each.names.defined & defined.keys():
                    defined[function].append((piece, each))
        unwritten, stubs = set[str](), dict[int, set[int]]()
        for function, places in defined.items():
            last = [*itertools.takewhile(_is_stub, reversed(places))]
            if len(last) == len(places):
                unwritten.add(function)
            if last and len(last) < len(places):
                for piece, stub in last:
                    stubs.setdefault(id(piece), set()).add(id(stub))
                counts = places[-len(last) - 1][0].name
                text = f"`{function}` is not written here, so the one in {counts} counts: delete this one."
                self._note(last[0][0].name, text)
            elif last and (line := cell_code.raise_left(last[0][1].node)):
                text = (
                    f"line {line} still raises NotImplementedError, so that your code in `{function}` does not count:"
                )
                self._note(last[0][0].name, f"{text} delete that line.", MUST)
        for piece in self._pieces:
            if piece.code is not None and id(piece) in stubs:
                piece.keep([each for each in piece.code.statements if id(each) not in stubs[id(piece)]])
        return frozenset(unwritten)

    # --- notes ---

    def _note(self, where: str, text: str, mark: str = HINT) -> None:
        self._notes.append(Line(mark, text, where))

    def _most_notes(self) -> tuple[Line, ...]:
        notes = list(dict.fromkeys(self._notes))
        more = [Line(HINT, f"{len(notes) - MOST_NOTES} more cells are such.")] if len(notes) > MOST_NOTES else []
        return (*notes[:MOST_NOTES], *more)

    def _note_changed(self, name: str, found: Found) -> None:
        if found.changed:
            names = listed([f"`{name}`" for name in found.changed])
            self._note(name, f"you changed {names} in a given cell; the grader uses what was given.")


def _is_stub(place: tuple[_Piece, Statement]) -> bool:
    piece, statement = place
    return piece.is_untouched or cell_code.is_stub(statement.node)


def _unread(source: str) -> str:
    """Return the sentence on a changed copy of a given cell of which only the given text counts."""
    error = cell_code.syntax_error(source) if statements.is_short(source) else None
    if error is None:
        return "this given cell was changed and is too long to be compared: the grader uses what was given."
    line = error.lineno or 1  # no line is said of what no text may hold
    return f"line {line} is no Python ({error.msg}), so that nothing you added to this given cell runs."
