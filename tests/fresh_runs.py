"""Runs notebooks as `python -m handin` does, in forks of one process that has TensorFlow loaded already."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from waiting import DEADLINE_S

from autograder.handin import fresh_run
from autograder.handin.asked import Asked
from autograder.handin.cell_plan import Cell
from autograder.handin.check import Run
from autograder.handin.fresh_run import Ran

SERVER = """
import importlib, json, os, signal, sys
handin, *libraries = sys.argv[1:]
sys.path.insert(0, handin)
import cell_shell, fresh_process
from pathlib import Path
for name in libraries:
    importlib.import_module(name)
shell = cell_shell.make_shell()
said = os.fdopen(os.dup(1), "w")
null = os.open(os.devnull, os.O_RDWR)
os.dup2(null, 1)
os.dup2(null, 2)

def start(folder, environment):
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        os.dup2(null, 0)
        os.chdir(Path(folder) / "scratch")
        os.environ.clear()
        os.environ.update(environment)
        fresh_process.work(Path(folder), fresh_process.read(Path(folder)), shell)
    finally:
        os._exit(0)

def poll(pid):
    try:
        done, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if done else None

def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass

for line in sys.stdin:
    do, *arguments = json.loads(line)
    print(json.dumps({"start": start, "poll": poll, "kill": kill}[do](*arguments)), file=said, flush=True)
"""


class _Forked:
    """A fork of the server."""

    def __init__(self, server: Server, pid: int) -> None:
        self._server, self._pid, self._code = server, pid, None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._server.ask("poll", self._pid)
        return self._code

    def kill(self) -> None:
        if self._code is None:
            self._server.ask("kill", self._pid)


class Server:
    """The process with the libraries."""

    def __init__(self, libraries: Sequence[str]) -> None:
        command = [sys.executable, "-B", "-c", SERVER, str(Path(fresh_run.__file__).parent), *libraries]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, *request: object) -> int | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the server of fresh runs has ended"
        return json.loads(answer)

    def start(self, folder: Path, environment: Mapping[str, str]) -> _Forked:
        pid = self.ask("start", str(folder), dict(environment))
        assert pid is not None
        return _Forked(self, pid)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(DEADLINE_S)


@contextlib.contextmanager
def served(libraries: Sequence[str]) -> Iterator[Run]:
    """Give what runs the cells of a notebook; what ran already runs no second time."""
    server, known = Server(libraries), dict[tuple[object, ...], Ran]()

    def run(asked: Asked, name: str, cells: Sequence[Cell], modules: Mapping[str, bytes]) -> Ran:
        key = (name, *cells, *sorted(modules.items()))
        if key not in known:
            known[key] = fresh_run.run(asked, name, cells, modules, start=server.start)
        return known[key]

    try:
        yield run
    finally:
        server.close()
