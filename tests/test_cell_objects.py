"""Objects of the student process as a test cell sees them: two processes and the socket between them."""

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


@pytest.fixture(scope="module", autouse=True)
def flat_imports() -> Iterator[None]:
    """The modules import each other by plain name, as in the processes that load them."""
    sys.path[:0] = FLAT_FOLDERS
    yield
    for folder in FLAT_FOLDERS:
        sys.path.remove(folder)


@pytest.fixture
def student() -> Iterator[Callable[[str], Any]]:
    """A function that starts a student process with the names that a source defines, and returns the test's side."""
    started: list[tuple[int, Any]] = []

    def start(source: str) -> Any:
        import handles
        import student_side

        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                names: dict[str, Any] = {"__name__": "__main__"}
                exec(source, names)
                student_side.StudentSide(theirs, names, None).serve()
            finally:
                os._exit(0)
        theirs.close()
        test_side = handles.TestSide(ours)
        started.append((pid, test_side))
        return test_side

    yield start
    for pid, test_side in started:
        if not test_side.lost:
            test_side.end()
        test_side.close()
        os.waitpid(pid, 0)


def test_names_can_be_read_set_and_deleted(student: Callable[[str], Any]) -> None:
    side = student("x = [1, 2]\ndef read(): return x")

    assert side.get_name("x") == [1, 2]
    side.set_name("x", (3,))
    assert side.get_name("read")() == (3,)
    side.del_name("x")
    assert "x" not in side.names()
    with pytest.raises(NameError):
        side.get_name("read")()


def test_what_the_code_raises_arrives_as_the_builtin_exception(student: Callable[[str], Any]) -> None:
    side = student("def fail(): raise ValueError('too small')")

    with pytest.raises(ValueError, match="too small"):
        side.get_name("fail")()
