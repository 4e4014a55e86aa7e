"""The grader's side of a notebook: run its cells in a confined process, replay them when the process is gone."""

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..handin.cell_plan import Cell
from ..handin.run_limits import Limits
from ..model.errors import GraderFault, SubmissionError
from ..model.report import Verdict
from .launcher import Zygote
from .process import KilledFromOutside, Process, ProcessLost
from .replies import failures

T = TypeVar("T")


@dataclass(frozen=True)
class CellOutcome:
    """What went wrong in a cell: a sentence for people and the verdict it would mean."""

    cell: Cell
    text: str
    verdict: Verdict
    statement: str = ""  # source of the one statement that could not run; "" where it is the whole cell


class NotebookProcess(contextlib.AbstractContextManager):
    """The cells of one notebook, live in a confined process.

    The process starts with the first request.
    When it dies or has to be killed, the request raises SubmissionError, and the next one starts a new process that
    replays the cells, without those that took the old one down.
    Objects behind handles belong to one process; what several checks use is made by `once`.

    A process that somebody else kills is nobody's error: `killed_at` then says during which request, and every further
    one raises GraderFault, because the submission is to be graded again from the start.
    One that is killed at a place where it was killed before has died of what it does there.

    Pictures are decoded in the first process before any cell runs there. What the cells do to the decoder comes too
    late, and what a picture does to its process, that of the same student, the cells could do as well.
    Modules of the student's own come after them, for what a library imports late could be one of theirs.
    """

    def __init__(
        self, zygote: Zygote, cells: Sequence[Cell], limits: Limits = Limits(), *,
        killed_before: Collection[str] = (), pictures: Mapping[str, bytes] | None = None,
        modules: Mapping[str, bytes] | None = None,
    ) -> None:  # fmt: skip
        self._zygote = zygote
        self._cells = tuple(cells)
        self._machine_factor = zygote.machine_factor
        self._limits = limits.scaled(self._machine_factor)
        self._killed_before = killed_before
        self._pngs = dict(pictures or {})  # those that are not decoded yet
        self._modules = dict(modules or {})  # of the student's own, by path
        self._pictures: dict[str, np.ndarray | SubmissionError] = {}
        self._deadly: dict[int, CellOutcome] = {}
        self._outcomes: dict[int, list[CellOutcome]] = {}
        self._process: Process | None = None
        self._made: dict[str, Any] = {}
        self.borrower: str | None = None
        self._item_id = ""
        self._stopped_items: set[str] = set()
        self._wall_s = self._cpu_s = 0.0
        self.killed_at: str | None = None

    def picture(self, file_id: str) -> np.ndarray:
        """Return a picture that was handed in with the notebook, on white: (height, width, 3) uint8."""
        self.start()
        picture = self._pictures.get(file_id)
        if picture is None:
            raise SubmissionError("There is no picture.", Verdict.NOT_ATTEMPTED)
        if isinstance(picture, SubmissionError):
            raise picture
        return picture

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` returned the first time; it is made anew when the process has been replaced meanwhile."""
        self.start()
        if name not in self._made:
            made = make()
            self._made[name] = made
        return self._made[name]

    def lend(self, borrower: str, source: str) -> None:
        """Run a cell of ours in the notebook, for the checks of one item alone.

        The process serves no other item any more: student code may have kept a right function that it was lent, to
        answer with it in its own name.
        """
        raised, _ = failures(self._ask("run_cell", source=source))
        self.borrower = borrower
        self._made.clear()
        if raised:
            raise raised[0].error

    def start_for(self, item_id: str) -> None:
        """Let the next requests be for the checks of this item."""
        if self.borrower not in (None, item_id):
            self.close()
        self._item_id = item_id
        self.start()

    def start(self) -> None:
        """Run the cells, if no process is alive, so that `outcomes` is known."""
        if self._process is None or self._process.ended:
            self._start_and_run_cells()

    @property
    def outcomes(self) -> tuple[CellOutcome, ...]:
        """What went wrong in the cells, in their order; of a cell several statements may be among them."""
        everything = {**self._outcomes, **{index: [outcome] for index, outcome in self._deadly.items()}}
        return tuple(outcome for index in sorted(everything) for outcome in everything[index])

    @property
    def cpu_s(self) -> float:
        """Processor time of all processes of this notebook, in seconds."""
        return self._cpu_s + (self._process.spent_s() if self._process is not None else 0.0)

    @property
    def pid(self) -> int | None:
        """Id of the live process."""
        return None if self._process is None or self._process.ended else self._process.pid

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._end(self._process)
            self._wall_s += self._process.wall_s
            self._process = None

    def __exit__(self, *exc: object) -> None:
        self.close()

    # --- one process ---

    def _start_and_run_cells(self) -> None:
        while True:
            self._left_s()
            self.close()
            self._outcomes.clear()
            self._made.clear()
            self.borrower = None
            self._process = self._guarded("start", lambda: Process(self._zygote, self._limits))
            self._decode_pictures()
            if self._process.ended:  # of a picture; the next one gets those that are left
                continue
            for path, data in self._modules.items():
                if path in self._zygote.files:  # the course gives a module of this name
                    continue
                self._exchange(f"module {path}", "add_module", self._limits.call_cpu_s, {"path": path, "data": data})
            if self._run_cells():
                return

    def _decode_pictures(self) -> None:
        """Decode the pictures in the first process, before a cell runs there that could decide what is seen of them."""
        while self._pngs and self._process is not None and not self._process.ended:
            file_id, data = self._pngs.popitem()
            try:
                answer = self._exchange(
                    f"decode_image {file_id}", "decode_image", self._limits.call_cpu_s, {"data": data}
                )
                if not isinstance(answer, np.ndarray) or answer.dtype != np.uint8 or answer.shape[2:] != (3,):
                    raise SubmissionError("The picture cannot be decoded.")
                self._pictures[file_id] = answer
            except SubmissionError as error:
                self._pictures[file_id] = error

    def _run_cells(self) -> bool:
        """Run the cells; return whether the process has survived them."""
        return all(self._run_cell(index) for index in range(len(self._cells)))

    def _run_cell(self, index: int) -> bool:
        """Run one cell, unless it has ended a process before; return whether the process has survived it."""
        if index in self._deadly:
            return True
        cell = self._cells[index]
        try:
            reply = self._exchange(f"cell {index}", "run_cell", self._limits.cell_cpu_s, {"source": cell.source})
        except ProcessLost as lost:
            self._deadly[index] = CellOutcome(cell, _sentence(f"{cell.place} was stopped: {lost}"), lost.verdict)
            return False
        self._outcomes[index] = list(_outcomes(cell, reply))
        return True

    def _ask(self, request: str, cpu_s: float | None = None, /, **fields: Any) -> Any:
        self.start()
        target = fields.get("target")
        name = target if isinstance(target, str) else fields.get("path", "")
        if cpu_s is None:
            was_stopped = self._item_id in self._stopped_items
            cpu_s = self._limits.next_call_cpu_s if was_stopped else self._limits.call_cpu_s
        else:
            cpu_s *= self._machine_factor
        try:
            return self._exchange(f"{request} {name}", request, cpu_s, fields)
        except ProcessLost as lost:
            if lost.verdict is Verdict.TIMEOUT:
                self._stopped_items.add(self._item_id)
            raise

    def _exchange(self, place: str, request: str, cpu_s: float, fields: dict[str, Any]) -> Any:
        cpu_s, process = min(cpu_s, self._left_s()), self._process
        assert process is not None
        return self._guarded(place, lambda: process.ask(request, cpu_s, fields))

    def _guarded(self, place: str, work: Callable[[], Any]) -> Any:
        """Do something with a process, and tell a kill from outside from one that the student's code brings about."""
        if self.killed_at is not None:
            raise GraderFault("A student process was ended from outside; the submission has to be graded again.")
        try:
            return work()
        except KilledFromOutside as killed:
            if place in self._killed_before:
                text = "the process was killed a second time at this place, as happens when memory runs out"
                raise ProcessLost(text, Verdict.MEMORY) from killed
            self.killed_at = place
            raise

    def _left_s(self) -> float:
        """Return the processor time that the notebook may still use. Raises SubmissionError when there is none."""
        limit_s = self._limits.notebook_cpu_s
        wall_s = self._wall_s + (self._process.wall_s if self._process is not None else 0.0)
        left_s = limit_s - max(self.cpu_s, wall_s / self._limits.wall_factor)
        if left_s <= 0:
            raise SubmissionError(f"the time for the whole notebook ({limit_s:g} s) is used up", Verdict.TIMEOUT)
        return left_s

    def _end(self, process: Process) -> None:
        """End a process, if it has not ended, and keep what it has used."""
        with contextlib.suppress(GraderFault):  # the zygote is gone, and took the process with it
            process.end()
        self._cpu_s += process.cpu_s


def _outcomes(cell: Cell, reply: Any) -> Iterator[CellOutcome]:
    """Yield what the answer to the request to run a cell says."""
    found, more = failures(reply)
    lines = cell.source.split("\n")
    for failure in found:
        if failure.line is None:
            yield CellOutcome(cell, _sentence(f"{cell.place} raised {failure.error}"), failure.error.verdict)
            continue
        first, last = failure.span
        statement = "\n".join(lines[max(first, 1) - 1 : max(last, 0)])
        text = f"Line {failure.line} of {cell.place} could not run: {failure.error}"
        yield CellOutcome(cell, text, failure.error.verdict, statement)
    if more > 0:
        yield CellOutcome(cell, f"{more} more lines of {cell.place} could not run", Verdict.ERROR)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
