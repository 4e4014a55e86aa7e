"""A Jupyter server with formgrader, on loopback, for tests that ask it or open its pages."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waiting import DEADLINE_S

from autograder.nbgrader import release

TOKEN = "for-this-test"
EXTENSIONS = ("nbgrader.server_extensions.formgrader", "jupyter_server_mathjax")


@dataclass(frozen=True)
class Formgrader:
    """A running one."""

    origin: str

    @property
    def entrance(self) -> str:
        """Where a browser gets in without a password."""
        return f"{self.origin}/formgrader/?token={TOKEN}"

    def ask(self, what: str, body: dict | None = None, method: str = "GET") -> str:
        """Return the answer to a request."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.origin}/formgrader/{what}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return answer.read().decode()


@contextmanager
def running(course: Path) -> Iterator[Formgrader]:
    """Start it in a course folder, on a free port; it has ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = os.pathsep.join([str(Path(release.__file__).parents[2]), str(Path(__file__).parent)])
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.jpserver_extensions={dict.fromkeys(EXTENSIONS, True)}"]
    formgrader = Formgrader(f"http://127.0.0.1:{port}")
    log = course.parent / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=course, env=os.environ | {"PYTHONPATH": path}, stdout=output, stderr=output
        )
        try:
            deadline = time.monotonic() + DEADLINE_S
            while True:
                try:
                    formgrader.ask("api/status")
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, "the server did not start in time"
                    time.sleep(0.1)
            yield formgrader
        finally:
            server.terminate()
            server.wait(timeout=DEADLINE_S)
