"""A Jupyter server with the marking desk and with nbgrader's formgrader, on loopback, over a folder of results."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COURSE_DIR = Path(__file__).resolve().parents[1]
EXTENSIONS = ("autograder.desk", "nbgrader.server_extensions.formgrader", "jupyter_server_mathjax")
TOKEN, MARKER = "for-this-run", "bench"
START_TIMEOUT_S = 120


@dataclass(frozen=True)
class Task:
    """The mark that an answer is to get: ticks on the desk, their points in formgrader, and the same comment."""

    student: str
    item: str
    notebook: str
    ticks: frozenset[str]
    points: float
    comment: str = ""


@dataclass
class Pace:
    """What marking took."""

    answers: int = 0
    decisions: int = 0
    keys: int = 0
    waits_s: list[float] = field(default_factory=list)

    @property
    def keys_per_answer(self) -> float:
        """Keys and clicks an answer, the letters of comments among them."""
        return self.keys / self.answers

    @property
    def wait_s_per_answer(self) -> float:
        """Seconds an answer until the next one can be read and marked."""
        return sum(self.waits_s) / self.answers


@dataclass(frozen=True)
class Server:
    """A running one."""

    origin: str
    assignment: str

    def ask(self, what: str) -> str:
        """Return the answer to a request."""
        request = urllib.request.Request(f"{self.origin}/{what}", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=START_TIMEOUT_S) as answer:
            return answer.read().decode()


@contextmanager
def running(out: Path, assignment: str) -> Iterator[Server]:
    """Start it in a folder of results; it has ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.jpserver_extensions={dict.fromkeys(EXTENSIONS, True)}"]
    command += [
        f"--MarkingDesk.course_dir={COURSE_DIR}",
        f"--MarkingDesk.out_dir={out}",
        f"--MarkingDesk.marker={MARKER}",
    ]
    server = Server(f"http://127.0.0.1:{port}", assignment)
    log = out / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=out, env={**os.environ, "PYTHONPATH": str(COURSE_DIR)}, stdout=output, stderr=output
        )
        try:
            _wait_until_it_answers(process, server, log)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=START_TIMEOUT_S)


def _wait_until_it_answers(process: subprocess.Popen, server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            server.ask(f"marking/{server.assignment}")
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The server did not start: {log.read_text()}") from error
            time.sleep(0.1)
