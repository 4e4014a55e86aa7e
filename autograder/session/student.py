"""The grader's side of a notebook: run its cells in a confined process, ask it, replay it when the process is gone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..errors import GraderFault, SubmissionError
from ..report import Verdict
from .launcher import Zygote
from .process import KilledFromOutside, Process, ProcessLost
from .replies import student_error
from .watch import Limits
from .wire import Handle

T = TypeVar("T")

REQUIRED = "<required>"  # stands for the default of a parameter that has none


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `label` says where it stands, for messages."""

    label: str
    source: str


@dataclass(frozen=True)
class CellOutcome:
    """What went wrong in a cell: a sentence for people and the verdict it would mean."""

    cell: Cell
    text: str
    verdict: Verdict


@dataclass(frozen=True)
class TriedModel:
    """What is seen of a Keras model when it is called for the first time."""

    answer: Any
    shapes: tuple[tuple[int, ...], ...]  # of its weights
    varied: bool  # some matrix has numbers that differ
    reached: list[bool] | SubmissionError  # for each trainable variable, whether a gradient reaches it


class Student:
    """One notebook of one submission, live in a confined process.

    The process starts with the first request.
    When it dies or has to be killed, the request raises SubmissionError, and the next one starts a new process that
    replays the cells, without those that took the old one down.
    Objects behind handles belong to one process; what several checks use is made by `once`.

    A process that somebody else kills is nobody's error: `killed_at` then says during which request, and every further
    one raises GraderFault, because the submission is to be graded again from the start.
    One that is killed at a place where it was killed before has died of what it does there.

    A picture is decoded in the first process before any cell runs there. What the cells do to the decoder comes too
    late, and what a picture does to its process, that of the same student, the cells could do as well.
    """

    def __init__(
        self, zygote: Zygote, cells: Sequence[Cell], limits: Limits = Limits(), *,
        killed_before: Collection[str] = (), picture: bytes | None = None,
    ) -> None:  # fmt: skip
        self._zygote = zygote
        self._cells = tuple(cells)
        self._limits = limits
        self._killed_before = killed_before
        self._png = picture
        self._picture: np.ndarray | SubmissionError = SubmissionError("There is no picture.", Verdict.NOT_ATTEMPTED)
        self._deadly: dict[int, CellOutcome] = {}
        self._outcomes: dict[int, CellOutcome] = {}
        self._process: Process | None = None
        self._made: dict[str, Any] = {}
        self.borrower: str | None = None
        self._item_id = ""
        self._stopped_items: set[str] = set()
        self._wall_s = self._cpu_s = 0.0
        self.killed_at: str | None = None

    # --- what checks use ---

    def call(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function and return what it returns."""
        return self._call(target, args, kwargs)

    def call_keeping(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        """Call the student's function; return its result and its positional arguments as they are afterwards."""
        result, after = _entries(self._call(target, args, kwargs, return_args=True), 2)
        return result, _expect(after, list)

    def build(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> Handle:
        """Call the student's function and leave the result, whatever it is, in the student process."""
        handle = self._call(target, args, kwargs, keep=True)
        return _expect(handle, Handle)

    def call_each(self, target: str, calls: Sequence[Sequence[Any]], cpu_s: float | None = None) -> list[Any]:
        """Call the student's function with each of these lists of arguments, in one request; return the results.

        Where a call raised, the SubmissionError that tells of it stands for the result.
        """
        answers = self._ask("call_each", cpu_s, target=target, calls=[list(args) for args in calls])
        return _results(answers, len(calls))

    def invoke_each(self, target: Handle, calls: Sequence[tuple[str, list[Any], dict[str, Any]]]) -> list[Any]:
        """Call methods, each named by a dotted path and with its arguments; return the results as `call_each` does."""
        return _results(self._ask("invoke_each", target=target, calls=[list(call) for call in calls]), len(calls))

    def invoke(self, target: str | Handle, path: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method, named by a dotted path."""
        return self._ask("invoke", target=target, path=path, args=list(args), kwargs=kwargs)

    def get(self, target: str | Handle, path: str = "") -> Any:
        """Return an attribute, named by a dotted path, or a name of the notebook."""
        return self._ask("get", target=target, path=path)

    def try_model(self, model: Handle, inputs: Any) -> TriedModel | None:
        """Call a Keras model for the first time and look at it; return None when the object is none."""
        described = self._ask("try_model", target=model, inputs=inputs)
        if described is None:
            return None
        answer, shapes, varied, learns = _entries(described, 4)
        if not all(type(size) is int and size >= 0 for shape in _expect(shapes, list) for size in _expect(shape, list)):
            raise SubmissionError("The student process described weights of no known form.")
        (reached,) = _results([learns], 1)
        if not isinstance(reached, SubmissionError):
            reached = [entry is True for entry in _expect(reached, list)]
        return TriedModel(answer, tuple(map(tuple, shapes)), varied is True, reached)

    def gradient(
        self, target: str | Handle, *args: Any, wrt: Sequence[int] = (0,), cotangent: Any = None
    ) -> list[np.ndarray | None]:
        """Return the gradient of sum(cotangent * f(*args)) by TensorFlow's tape, one entry for each index in `wrt`."""
        result = self._ask("gradient", target=target, args=list(args), wrt=list(wrt), cotangent=cotangent)
        gradients = _arrays(result)
        if len(gradients) != len(wrt):
            raise SubmissionError("The student process answered with another number of gradients.")
        return gradients

    def apply_gradients(
        self, optimizer: Handle, variables: Sequence[np.ndarray], gradients: Sequence[Sequence[np.ndarray]]
    ) -> list[list[np.ndarray]]:
        """Return fresh variables after each optimizer step, one step for each entry of `gradients`."""
        steps = [list(step) for step in gradients]
        return _expect(self._ask("apply_gradients", target=optimizer, variables=list(variables), gradients=steps), list)

    def same_object(self, first: Handle, second: Handle) -> bool:
        """Return whether two handles are one object."""
        return self._ask("same_object", first=first, second=second) is True

    def signature(self, target: str) -> dict[str, Any]:
        """Return the parameters of a function with their defaults, REQUIRED where there is none."""
        return _expect(self._ask("signature", target=target), dict)

    def picture(self) -> np.ndarray:
        """Return the picture that was handed in beside the notebook, on white: (height, width, 3) uint8."""
        self.start()
        if isinstance(self._picture, SubmissionError):
            raise self._picture
        return self._picture

    def defined(self, names: Sequence[str]) -> set[str]:
        """Return those of the names that the notebook defines."""
        found = _expect(self._ask("defined", names=list(names)), list)
        return {name for name in found if isinstance(name, str)} & set(names)

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
        raised = self._ask("run_cell", source=source)
        self.borrower = borrower
        self._made.clear()
        if raised is not None:
            raise student_error(raised)

    # --- what grading uses ---

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
        """What went wrong in the cells, in their order."""
        everything = {**self._outcomes, **self._deadly}
        return tuple(everything[index] for index in sorted(everything))

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
            self._take_leave(self._process)
            self._process = None

    def __enter__(self) -> Student:
        return self

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
            self._decode_picture()
            if self._process.ended:  # of the picture; the next one gets none
                continue
            try:
                for index, cell in enumerate(self._cells):
                    if index not in self._deadly:
                        self._run_cell(index, cell)
            except ProcessLost as lost:
                self._deadly[index] = CellOutcome(cell, f"The cell {cell.label} was stopped: {lost}", lost.verdict)
            else:
                return

    def _decode_picture(self) -> None:
        """Decode the picture in the first process, before a cell runs there that could decide what is seen of it."""
        if self._png is None:
            return
        data, self._png = self._png, None
        try:
            answer = self._exchange("decode_image", "decode_image", self._limits.call_cpu_s, {"data": data})
            picture = _expect(answer, np.ndarray)
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise SubmissionError("The picture cannot be decoded.")
            self._picture = picture
        except SubmissionError as error:
            self._picture = error

    def _run_cell(self, index: int, cell: Cell) -> None:
        raised = self._exchange(f"cell {index}", "run_cell", self._limits.cell_cpu_s, {"source": cell.source})
        if raised is not None:
            error = student_error(raised)
            self._outcomes[index] = CellOutcome(cell, f"The cell {cell.label} raised {error}", error.verdict)

    def _call(
        self, target: str | Handle, args: Sequence[Any], kwargs: dict[str, Any], *,
        keep: bool = False, return_args: bool = False,
    ) -> Any:  # fmt: skip
        request = {"target": target, "args": list(args), "kwargs": kwargs, "keep": keep, "return_args": return_args}
        return self._ask("call", **request)

    def _ask(self, request: str, cpu_s: float | None = None, /, **fields: Any) -> Any:
        self.start()
        target = fields.get("target")
        name = target if isinstance(target, str) else fields.get("path", "")
        if cpu_s is None:
            was_stopped = self._item_id in self._stopped_items
            cpu_s = self._limits.next_call_cpu_s if was_stopped else self._limits.call_cpu_s
        try:
            return self._exchange(f"{request} {name}", request, cpu_s, fields)
        except ProcessLost as lost:
            if lost.verdict is Verdict.TIMEOUT:
                self._stopped_items.add(self._item_id)
            raise

    def _exchange(self, place: str, request: str, cpu_s: float, fields: dict[str, Any]) -> Any:
        cpu_s, process, started = min(cpu_s, self._left_s()), self._process, time.monotonic()
        assert process is not None
        try:
            return self._guarded(place, lambda: process.ask(request, cpu_s, fields))
        finally:
            self._wall_s += time.monotonic() - started

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
        left_s = limit_s - max(self.cpu_s, self._wall_s / self._limits.wall_factor)
        if left_s <= 0:
            raise SubmissionError(f"the time for the whole notebook ({limit_s:g} s) is used up", Verdict.TIMEOUT)
        return left_s

    def _take_leave(self, process: Process) -> None:
        if not process.ended:
            with contextlib.suppress(GraderFault):  # the zygote is gone, and took the process with it
                process.end()
        self._cpu_s += process.cpu_s


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise SubmissionError(f"The student process answered with a {type(value).__name__} instead.")
    return value


def _entries(value: Any, count: int) -> list[Any]:
    entries = _expect(value, list)
    if len(entries) != count:
        raise SubmissionError("The student process answered with another number of values.")
    return entries


def _results(answers: Any, count: int) -> list[Any]:
    """Return what a number of calls gave, or the SubmissionError that tells what they raised."""
    pairs = [_entries(answer, 2) for answer in _entries(answers, count)]
    return [result if error is None else student_error(error) for result, error in pairs]


def _arrays(value: Any) -> list[np.ndarray | None]:
    return [entry if isinstance(entry, np.ndarray) else None for entry in _expect(value, list)]
