"""One confined process: asked, watched while it works, paused while it does not, killed at the end."""

import contextlib
import os
import secrets
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import psutil

from ..model.errors import GraderFault, SubmissionError
from ..model.report import Verdict
from . import scratch, wire
from .replies import GraderCodec, student_error
from .watch import LimitPassed, Limits, Watch, cpu_seconds

START_S = 60.0  # takes 0.02; a machine that swaps fails nobody
DYING_S = 0.5  # for one that closed its channel to end as well
ENDED_S = 60.0  # for one that is being ended by the kernel: a few milliseconds, but on a machine that swaps
OF_TWO = 2  # times the time by the clock: who answers tests has a watch that ends them first
PF_EXITING = 0x4  # Linux sets it before it closes what a process has open
# What people, the kernel and a shutdown end processes by; the confinement keeps student code from sending these.
SIGNALS_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


class ProcessLost(SubmissionError):
    """The process ended because of the student's code; another one can be started."""


class KilledFromOutside(GraderFault):
    """The process was ended by somebody else."""


class Forks(Protocol):
    """Where a process comes from: a zygote, of which it needs no more than this."""

    folder: Path
    weak: bool

    @property
    def alive(self) -> bool:
        """Whether it still runs."""

    def fork(self, scratch_dir: Path) -> tuple[int, socket.socket]:
        """Start a confined process; return its id and our end of its channel."""

    def reap(self, pid: int) -> dict[str, Any]:
        """Wait for a dead process; return its status, processor time and peak memory."""

    def fork_test_process(self, scratch_dir: Path, home: Path, student: socket.socket) -> tuple[int, socket.socket]:
        """Start a confined process that runs tests on a student process."""

    def put_files(self, scratch_dir: Path) -> None:
        """Put links to what lies beside the notebooks into a scratch folder."""


class Process:
    """A student process from its fork to its end."""

    NAME = "A student process"  # in sentences

    def __init__(self, zygote: Forks, limits: Limits) -> None:
        """Fork and wait until the process is confined. Raises GraderFault when it does not come up."""
        self._zygote, self._limits = zygote, limits
        self.folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=zygote.folder))
        self._codec = GraderCodec()
        self.ended, self._status = False, 0
        self.cpu_s = self.wall_s = 0.0
        try:
            self.pid, self.socket = self._fork()
        except (GraderFault, OSError):
            scratch.remove(self.folder)
            raise
        self._channel = wire.Channel(self.socket, self._codec)
        try:
            self._process = psutil.Process(self.pid)
            hello = self._channel.receive(time.monotonic() + START_S)
        except (wire.WireError, psutil.Error) as error:
            self.end()
            raise KilledFromOutside(f"{self.NAME} did not start: {error}") from error
        if hello["missing"] and not zygote.weak:
            self.end()
            problems = ", ".join(f"{layer} ({problem})" for layer, problem in hello["missing"].items())
            raise GraderFault(f"{self.NAME} could not be confined: {problems}.")
        self.layers = tuple(hello["layers"])

    def ask(self, request: str, cpu_s: float, fields: dict[str, Any]) -> Any:
        """Return the answer to one request.

        Raises:
            SubmissionError: The student's code raised; the process is still good.
            ProcessLost: The process has ended, or was killed because it passed a limit or broke the protocol.
            KilledFromOutside: The process was killed by somebody else.
        """
        with self._awake(cpu_s, self._limits) as watch:
            message, refused = self._converse(request, fields, watch)
        if refused is not None:
            raise refused
        if "error" in message:
            raise student_error(message["error"])
        return message.get("value")

    @contextlib.contextmanager
    def answering_tests(self, cpu_s: float) -> Iterator[Watch]:
        """Let the process answer whoever has a copy of our end of its channel, until that one sends the end of it.

        Yields what looks whether the process uses too much. Raises as `ask` does; what is raised inside ends it.
        """
        with self._awake(cpu_s, replace(self._limits, wall_factor=OF_TWO * self._limits.wall_factor)) as watch:
            ticket = secrets.token_hex(8)
            self._channel.send({"do": "serve_tests", "ticket": ticket}, look=watch.look)
            self._expect(ticket, watch)  # from here on it reads no more than it is asked
            try:
                yield watch
            except Exception as error:
                if is_exiting(self.pid):  # which is why the other one got no answer
                    raise self._post_mortem(wire.WireClosed("it ended")) from error
                raise
            self._expect(ticket, watch)

    def _fork(self) -> tuple[int, socket.socket]:
        """Start the process; return its id and our end of its channel."""
        self._zygote.put_files(self.folder)
        return self._zygote.fork(self.folder)

    @contextlib.contextmanager
    def _awake(self, cpu_s: float, limits: Limits, helper: Watch | None = None) -> Iterator[Watch]:
        """Let the process work, watched; whatever goes wrong meanwhile ends it."""
        watch = Watch(self._process, limits, cpu_s, self.folder, helper)
        self._signal(signal.SIGCONT)
        try:
            yield watch
        except LimitPassed as limit:
            self.end()
            if limit.pid not in (0, self.pid):
                raise
            raise ProcessLost(str(limit), limit.verdict) from limit
        except wire.WireError as error:
            raise self._post_mortem(error) from error
        except BaseException:  # in the middle of a conversation, so that the next reply could be to this request
            self.end()
            raise
        finally:
            self.wall_s += watch.wall_s()
            self._signal(signal.SIGSTOP)  # so that nothing goes on behind the watch's back

    def _expect(self, ticket: str, watch: Watch) -> None:
        """Wait for a message with this ticket. Raises WireError for another one."""
        message = self._channel.receive(look=watch.look)
        if message.get("ticket") != ticket or "error" in message:
            raise wire.WireError("the code wrote to the grader's channel")

    def spent_s(self) -> float:
        """Return the processor time that the process has used, in seconds."""
        return self.cpu_s if self.ended else cpu_seconds(self._process)

    def end(self) -> int:
        """Kill the process, remove its folder, return its wait status. Raises GraderFault when the zygote is gone."""
        if self.ended:
            return self._status
        self._signal(signal.SIGKILL)
        self.ended = True
        self._channel.close()
        try:
            ending = self._zygote.reap(self.pid)
        finally:
            scratch.remove(self.folder)
        self.cpu_s, self._status = ending["cpu_s"], ending["status"]
        return self._status

    def _converse(
        self, request: str, fields: dict[str, Any], watch: Watch
    ) -> tuple[dict[str, Any], AssertionError | None]:
        """Send a request and answer the calls to stubs that come before its reply; return that, and what they said."""
        ticket, refused, calls, before = secrets.token_hex(8), None, 0, self._channel.received_bytes
        self._codec.stubs.clear()
        self._channel.send({"do": request, "ticket": ticket, **fields}, look=watch.look)
        while True:
            message = self._channel.receive(look=watch.look)
            if self._channel.received_bytes - before > self._limits.sent_mib * 2**20:
                raise LimitPassed(f"it sent more than {self._limits.sent_mib} MiB to the grader", Verdict.MEMORY)
            if "stub" in message:
                calls += 1
                if calls > self._limits.stub_calls:
                    text = f"it called a function or dataset of the grader more than {self._limits.stub_calls:,} times"
                    raise LimitPassed(text, Verdict.TIMEOUT)
                refused = self._answer_stub(message, watch) or refused
            elif isinstance(message.get("ticket"), str) and message["ticket"] == ticket:
                return message, refused
            else:
                raise wire.WireError("the code wrote to the grader's channel")

    def _answer_stub(self, message: dict[str, Any], watch: Watch) -> AssertionError | None:
        """Run the grader's function for a call of the student's code; return what a check asserted meanwhile."""
        failure, reply = None, {}
        try:
            function = self._codec.stubs[message["stub"]].methods[message["method"]]
            reply["value"] = function(*message["args"], **message["kwargs"])
        except AssertionError as error:
            failure, reply["error"] = error, "the grader refuses this call"
        except Exception as error:  # the student called it with something it cannot take
            kind = "" if isinstance(error, TypeError) else f"{type(error).__name__}: "  # it arrives as a TypeError
            reply["error"] = f"{kind}{error}"[:200]
        self._channel.send(reply, look=watch.look)
        return failure

    def _post_mortem(self, error: wire.WireError) -> Exception:
        """End the process after its channel broke, and say who caused it."""
        dead = isinstance(error, wire.WireClosed) and self._dies()
        status = self.end()
        if not dead:
            return ProcessLost(f"the process was killed ({error})", Verdict.ERROR)
        if os.WIFEXITED(status):
            return ProcessLost(f"the process ended itself (exit code {os.WEXITSTATUS(status)})", Verdict.ERROR)
        number = os.WTERMSIG(status)
        name = next((known.name for known in signal.Signals if known == number), f"signal {number}")
        if number in SIGNALS_FROM_OUTSIDE:
            return KilledFromOutside(f"{self.NAME} was ended from outside by {name}.")
        return ProcessLost(f"the process was ended by {name}", Verdict.ERROR)

    def _dies(self) -> bool:
        """Return whether the process ends of its own accord: one that only closed its channel does not."""
        closed = time.monotonic()
        while time.monotonic() - closed < (ENDED_S if is_exiting(self.pid) else DYING_S):
            try:
                if self._process.status() == psutil.STATUS_ZOMBIE:
                    return True
            except psutil.NoSuchProcess:
                return True
            time.sleep(0.002)
        return False

    def _signal(self, number: int) -> None:
        # The process id is ours until the zygote reaps it, and with the zygote its processes die.
        if not self.ended and self._zygote.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def is_exiting(pid: int) -> bool:
    """Return whether the kernel is ending a process or has ended it; False where it does not say."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            flags = file.read().rpartition(b")")[2].split()[6]
    except OSError:
        return False
    return bool(int(flags) & PF_EXITING)
