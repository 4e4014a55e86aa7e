"""What a test cell that does not pass says: its sentence and the values, and neither its code nor the right answers."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ENGINE = Path(__file__).resolve().parents[1] / "autograder"
FLAT_FOLDERS = [str(ENGINE / folder) for folder in ("test_cells", "session", "handin")]
STUDENT = """
def squares(n):
    return [k * k for k in range(n)]

def half(x):
    return x // 2

def unwritten():
    raise NotImplementedError

def broken(x):
    return 1 / x

answer = 41
"""

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def flat_imports() -> Iterator[None]:
    """The modules import each other by plain name, as in the processes that load them."""
    sys.path[:0] = FLAT_FOLDERS
    yield
    for folder in FLAT_FOLDERS:
        sys.path.remove(folder)


def serve_student(sock: socket.socket) -> None:
    """Be the student's process."""
    import student_side

    names: dict[str, Any] = {"__name__": "__main__"}
    exec(STUDENT, names)
    student_side.StudentSide(sock, names, None).serve()


def serve_tests(sock: socket.socket, student: socket.socket) -> None:
    """Be the test process."""
    import test_agent

    test_agent.TestAgent(sock, student, None).serve()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A function that runs the text of a test cell on the student's code and returns the answer of the test process."""
    import wire

    channel, tests = socket.socketpair()
    to_student, student = socket.socketpair()
    pids = []
    for serve, *sockets in ((serve_student, student), (serve_tests, tests, to_student)):
        pids.append(os.fork())
        if pids[-1] == 0:
            try:
                for sock in {channel, tests, to_student, student} - set(sockets):
                    sock.close()
                serve(*sockets)
            finally:
                os._exit(0)
    for sock in (tests, to_student, student):
        sock.close()
    grader = wire.Channel(channel, wire.Codec())

    def ask(**request: Any) -> Any:
        grader.send({"ticket": "1", **request})
        reply = grader.receive()
        assert "error" not in reply, reply
        return reply["value"]

    def run_test(source: str, points: float = 2) -> dict[str, Any]:
        return ask(do="run_test", test={"id": "t", "source": source, "points": points, "sources": None, "given": None})

    imports = [["np", "import numpy as np", 0, False], ["unittest", "import unittest", 0, False]]
    ask(do="setup", names={"imports": imports, "given": [], "student": [], "state": [], "cell_of": {}}, libraries=[])
    yield run_test
    grader.close()
    for pid in pids:
        os.waitpid(pid, 0)


def hidden(line: str) -> str:
    """Return a cell that has a line in its hidden region."""
    return f"### BEGIN HIDDEN TESTS\n{line}\n### END HIDDEN TESTS"


def test_a_test_that_runs_to_its_end_earns_all_points(run: Run) -> None:
    outcome = run("assert squares(3) == [0, 1, 4]")

    assert (outcome["ended"], outcome["points"], outcome["verdict_hint"]) == (True, 2, "passed")


@pytest.mark.parametrize(
    ("last", "points"),
    [
        ("1.5", 1.5), ("0", 0), ("0.5;", 2), ("x = 0.5", 2), ("None", 2), ("'0.5'", 2), ("True", 2), ("[0.5]", 2),
        ("np.float64(0.5)", 0.5), ("0.5  # half", 0.5), ("0.5;  # half", 2),
    ],
)  # fmt: skip
def test_a_number_as_last_value_is_the_points(run: Run, last: str, points: float) -> None:
    outcome = run(f"squares(1)\n{last}")

    assert (outcome["ended"], outcome["points"]) == (True, points)


@pytest.mark.parametrize("last", ["float('nan')", "-1", "2.5", "False", "float('inf')", "1j", "10 ** 400"])
def test_a_last_value_that_is_no_score_earns_nothing(run: Run, last: str) -> None:
    outcome = run(last)

    assert (outcome["ended"], outcome["points"]) == (False, None)
    assert outcome["seen"]


@pytest.mark.parametrize(
    "source",
    [
        "assert False", "import pytest\npytest.skip('later')", "raise unittest.SkipTest('later')",
        "raise SystemExit(0)",
        "import pytest\npytest.fail('no')", "raise KeyboardInterrupt", "%run other.py", "!ls", "def broken(:", "1 / 0",
    ],
)  # fmt: skip
def test_a_test_that_does_not_end_earns_nothing(run: Run, source: str) -> None:
    outcome = run(source)

    assert (outcome["ended"], outcome["points"]) == (False, None)
