"""A student process and the test's side of it, without the grader: what test cells ask of objects, tried quickly."""

from __future__ import annotations

import builtins
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cell_modules

remote_classes = cell_modules.load("remote_classes")
handles = cell_modules.load("handles")
student_side = cell_modules.load("student_side")


WAIT_S = 20.0  # for a process that says nothing; the grader watches it instead


class TestNames(dict[str, Any]):
    """The globals of a test: what it does not define is the student's."""

    __test__ = False

    def __init__(self, side: Any) -> None:
        own_builtins = {**vars(builtins), "issubclass": remote_classes.is_subclass}
        super().__init__(__name__="__main__", __builtins__=own_builtins)
        self.side = side

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return self.side.get_name(name)

    def run(self, source: str) -> None:
        """Run a test."""
        try:
            exec(source, self)
        except BaseException as error:  # a report of pytest's would ask objects in the frames when nobody answers
            raise error.with_traceback(None) from None


@contextmanager
def forked(serve: Callable[[socket.socket], None]) -> Iterator[Any]:
    """Run a function with one end of a socket in a process of its own; give the test's side at the other end."""
    ours, theirs = socket.socketpair()
    ours.settimeout(WAIT_S)
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            serve(theirs)
        finally:
            os._exit(0)
    theirs.close()
    side = handles.TestSide(ours)
    try:
        yield side
        if not side.lost:
            side.end()
    finally:
        side.close()
        os.waitpid(pid, 0)


@contextmanager
def student(source: str) -> Iterator[TestNames]:
    """Give the globals of a test whose student process has the names that a source defines."""

    def serve(sock: socket.socket) -> None:
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(source, names)
        student_side.StudentSide(sock, names, None).serve()

    with forked(serve) as side:
        yield TestNames(side)
