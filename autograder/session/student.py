"""The grader's side of a student process: run the notebook's cells, ask it, kill it, replay it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from ..errors import GraderFault, SubmissionError
from ..report import Verdict
from . import wire
from .launcher import Zygote
from .watch import LimitPassed, Limits, Watch, cpu_seconds
from .wire import Handle, Stub

POLL_S = 0.02
VERDICT_OF_KIND = {
    "NotImplementedError": Verdict.NOT_ATTEMPTED,
    "PermissionError": Verdict.FORBIDDEN,
    "MemoryError": Verdict.MEMORY,
}


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


class GraderCodec(wire.Codec):
    """Handles travel as their number, stubs as a number and the names of their methods."""

    def __init__(self) -> None:
        self.stubs: list[Stub] = []

    def encode_other(self, value: Any) -> dict[str, Any]:
        """Return the tagged form of a value that is not plain data."""
        if isinstance(value, Handle):
            return {"t": "handle", "v": value.id}
        if isinstance(value, Stub):
            self.stubs.append(value)
            return {"t": "stub", "v": [len(self.stubs) - 1, list(value.methods)]}
        return super().encode_other(value)

    def decode_other(self, tag: str, payload: Any) -> Handle:
        """Return the value of a tag that is not plain data."""
        if tag == "handle" and isinstance(payload, list) and len(payload) == 2:
            number, type_name = payload
            if type(number) is int and isinstance(type_name, str):
                return Handle(number, type_name[:80])
        raise wire.WireError(f"a value of unknown kind {tag[:20]!r}")


class Student:
    """One notebook of one submission, live in a confined process.

    The process starts with the first request.
    When it dies or has to be killed, the request raises SubmissionError, and the next one starts a new process that
    replays the cells, without those that took the old one down.
    Objects behind handles belong to one process; a check makes its own.
    """

    def __init__(self, zygote: Zygote, cells: Sequence[Cell], limits: Limits = Limits()) -> None:
        self._zygote = zygote
        self._cells = tuple(cells)
        self._limits = limits
        self._deadly: dict[int, CellOutcome] = {}
        self._outcomes: dict[int, CellOutcome] = {}
        self._pid: int | None = None
        self.cpu_s = 0.0
        self.layers: tuple[str, ...] = ()

    # --- what checks use ---

    def call(self, target: str | Handle, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function and return what it returns."""
        return self._call(target, args, kwargs)

    def call_keeping(self, target: str | Handle, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        """Call the student's function; return its result and its positional arguments as they are afterwards."""
        result, args_after = self._call(target, args, kwargs, return_args=True)
        return result, args_after

    def build(self, target: str | Handle, *args: Any, **kwargs: Any) -> Handle:
        """Call the student's function and leave the result, whatever it is, in the student process."""
        handle = self._call(target, args, kwargs, keep=True)
        return _expect(handle, Handle)

    def invoke(self, target: str | Handle, path: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method, named by a dotted path."""
        return self._ask("invoke", target=target, path=path, args=list(args), kwargs=kwargs)

    def get(self, target: str | Handle, path: str = "") -> Any:
        """Return an attribute, named by a dotted path, or a name of the notebook."""
        return self._ask("get", target=target, path=path)

    def gradient(
        self, target: str | Handle, *args: Any, wrt: Sequence[int] = (0,), cotangent: Any = None
    ) -> list[np.ndarray | None]:
        """Return the gradient of sum(cotangent * f(*args)) by TensorFlow's tape, one entry for each index in `wrt`."""
        result = self._ask("gradient", target=target, args=list(args), wrt=list(wrt), cotangent=cotangent)
        return _expect(result, list)

    def weight_gradients(self, model: Handle, inputs: Any, cotangent: Any = None) -> list[np.ndarray | None]:
        """Return the gradient of sum(cotangent * model(inputs)) for every trainable variable."""
        return _expect(self._ask("weight_gradients", target=model, inputs=inputs, cotangent=cotangent), list)

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
        """Return the parameters of a function with their defaults, "<required>" where there is none."""
        return _expect(self._ask("signature", target=target), dict)

    def decode_image(self, data: bytes) -> np.ndarray:
        """Decode a PNG; return (height, width, 4) uint8."""
        picture = _expect(self._ask("decode_image", data=data), np.ndarray)
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 4:
            raise SubmissionError("The picture cannot be decoded.")
        return picture

    def defined(self, names: Sequence[str]) -> set[str]:
        """Return those of the names that the notebook defines."""
        return set(_expect(self._ask("defined", names=list(names)), list)) & set(names)

    # --- what grading uses ---

    def start(self) -> None:
        """Run the cells, if no process is alive, so that `outcomes` is known."""
        if self._pid is None:
            self._start_and_run_cells()

    @property
    def outcomes(self) -> tuple[CellOutcome, ...]:
        """What went wrong in the cells, in their order."""
        everything = {**self._outcomes, **self._deadly}
        return tuple(everything[index] for index in sorted(everything))

    def close(self) -> None:
        """Kill the process and remove its scratch folder."""
        if self._pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        pid, self._pid = self._pid, None
        self._channel.close()
        try:
            self._ending = self._zygote.reap(pid)
            self.cpu_s += self._ending["cpu_s"]
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # --- one process ---

    def _start_and_run_cells(self) -> None:
        while True:
            self._start_process()
            try:
                for index, cell in enumerate(self._cells):
                    if index not in self._deadly:
                        self._run_cell(index, cell)
            except _ProcessLost as lost:
                self._deadly[index] = CellOutcome(cell, f"The cell {cell.label} was stopped: {lost}", lost.verdict)
                if self.cpu_s > self._limits.notebook_cpu_s:
                    raise
            else:
                return

    def _start_process(self) -> None:
        self._outcomes.clear()
        self._scratch = Path(tempfile.mkdtemp(prefix="hw4-scratch-"))
        self._pid, sock = self._zygote.fork(self._scratch)
        self._process = psutil.Process(self._pid)
        self._codec = GraderCodec()
        self._channel = wire.Channel(sock, self._codec)
        try:
            hello = self._channel.receive(time.monotonic() + 60)
        except wire.WireError as error:
            self.close()
            raise GraderFault(f"A student process did not start: {error}") from error
        self.layers = tuple(hello["layers"])

    def _run_cell(self, index: int, cell: Cell) -> None:
        raised = self._exchange("run_cell", self._limits.cell_cpu_s, {"source": cell.source})
        if raised is not None:
            error = _student_error(raised)
            self._outcomes[index] = CellOutcome(cell, f"The cell {cell.label} raised {error}", error.verdict)

    def _call(
        self, target: str | Handle, args: Sequence[Any], kwargs: dict[str, Any], *,
        keep: bool = False, return_args: bool = False,
    ) -> Any:  # fmt: skip
        request = {"target": target, "args": list(args), "kwargs": kwargs, "keep": keep, "return_args": return_args}
        return self._ask("call", **request)

    def _ask(self, request: str, **fields: Any) -> Any:
        if self._spent_s() > self._limits.notebook_cpu_s:
            limit_s = self._limits.notebook_cpu_s
            raise SubmissionError(f"the time for the whole notebook ({limit_s:g} s) is used up", Verdict.TIMEOUT)
        self.start()
        return self._exchange(request, self._limits.call_cpu_s, fields)

    def _spent_s(self) -> float:
        return self.cpu_s + (cpu_seconds(self._process) if self._pid is not None else 0.0)

    def _exchange(self, request: str, cpu_s: float, fields: dict[str, Any]) -> Any:
        ticket, held = secrets.token_hex(8), None
        self._codec.stubs.clear()
        try:
            self._channel.send({"do": request, "ticket": ticket, **fields})
            watch = Watch(self._process, self._limits, cpu_s, self._scratch)
            while True:
                while not self._channel.ready(POLL_S):
                    watch.look()
                message = self._channel.receive(watch.deadline)
                if "stub" in message:
                    held = self._answer_stub(message) or held
                elif message.get("ticket") == ticket:
                    break
                else:
                    raise wire.WireError("the code wrote to the grader's channel")
        except LimitPassed as limit:
            self.close()
            raise _ProcessLost(str(limit), limit.verdict) from limit
        except wire.WireTimeout as error:
            self.close()
            raise _ProcessLost("it took too long", Verdict.TIMEOUT) from error
        except wire.WireError as error:
            self.close()
            raise self._post_mortem(error) from error
        if held is not None:
            raise held
        if "error" in message:
            raise _student_error(message["error"])
        return message.get("value")

    def _answer_stub(self, message: dict[str, Any]) -> AssertionError | None:
        """Run the grader's function for a call of the student's code; return what a check asserted meanwhile."""
        try:
            function = self._codec.stubs[message["stub"]].methods[message["method"]]
            value = function(*message["args"], **message["kwargs"])
        except AssertionError as failure:
            self._channel.send({"error": "the grader refuses this call"})
            return failure
        except Exception as error:  # the student called it with something it cannot take
            self._channel.send({"error": f"{type(error).__name__}: {error}"[:200]})
        else:
            self._channel.send({"value": value})
        return None

    def _post_mortem(self, error: wire.WireError) -> _ProcessLost:
        status = self._ending["status"]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            return _ProcessLost(f"the process was ended by {signal.Signals(os.WTERMSIG(status)).name}", Verdict.ERROR)
        if os.WIFEXITED(status):
            return _ProcessLost(f"the process ended itself (exit code {os.WEXITSTATUS(status)})", Verdict.ERROR)
        return _ProcessLost(f"the process was killed ({error})", Verdict.ERROR)


class _ProcessLost(SubmissionError):
    """The process is gone; the next request starts another."""


def _student_error(description: Any) -> SubmissionError:
    """Return the exception for what student code raised; every field of the description is untrusted."""
    fields = description if isinstance(description, dict) else {}
    known = fields["kinds"] if isinstance(fields.get("kinds"), list) else []
    text, place = str(fields.get("text", ""))[:400], ""
    if type(fields.get("line")) is int:
        function = f"{str(fields['function'])[:60]}, " if fields.get("function") else ""
        place = f" ({function}line {fields['line']} of its cell)"
    verdict = next((verdict for kind, verdict in VERDICT_OF_KIND.items() if kind in known), Verdict.ERROR)
    if verdict is Verdict.NOT_ATTEMPTED:
        return SubmissionError(f"Not written yet: the code raises NotImplementedError{place}.", verdict)
    return SubmissionError(f"{str(fields.get('type', 'an exception'))[:80]}: {text}{place}", verdict)


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise SubmissionError(f"The student process answered with a {type(value).__name__} instead.")
    return value
