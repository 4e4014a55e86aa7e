"""The side of the test process: it runs the code of test cells for the grader, which asks it on a channel of its own.

Loaded by path, like the side of the student process. The tests are trusted and known here only; what comes from the
student's process, over the other socket, is data.
"""

from __future__ import annotations

import contextlib
import linecache
import math
import numbers
import os
import sys
from collections.abc import Iterator
from typing import Any

import asserts
import calls
import cell_source
import handles
import namespace
import peer
import pickles
import show_value
import test_outcome
import wire

MOST_POINTS_TEXT = 80  # characters of a value that is no number of points
NOTHING: dict[str, Any] = {
    "ended": False, "points": None, "value": "nothing", "error": None, "refused": "", "sentence": "", "seen": "",
    "sources": [], "given": {}, "requests": 0, "verdict_hint": "failed",
}  # fmt: skip


class TestAgent:
    """Serves one test process until the grader closes the channel."""

    __test__ = False  # no test of pytest's

    def __init__(self, sock: Any, student: Any) -> None:
        """Begin without a notebook.

        Args:
            sock: The channel to the grader.
            student: The channel of the student's process.
        """
        self._channel = wire.Channel(sock, wire.Codec())
        self._student = student
        self._tests: Tests | None = None

    def greet(self, hello: dict[str, Any]) -> None:
        """Tell the grader how this process is confined."""
        self._channel.send(hello)

    def serve(self) -> None:
        """Answer requests one after the other; return when the grader is gone."""
        while True:
            try:
                request = self._channel.receive()
            except wire.WireError:
                return
            ticket = request.pop("ticket")
            try:
                reply: dict[str, Any] = {"value": getattr(self, "do_" + request.pop("do"))(**request)}
            except BaseException as error:
                reply = {"error": test_outcome.describe_error(error)}
            self._channel.send({"ticket": ticket, **reply})

    def do_setup(self, names: dict[str, Any], libraries: list[str]) -> dict[str, Any]:
        """Get ready for the tests of one notebook; `sys.path` has the course's own files behind the kit."""
        side = LoggedSide(self._student, libraries)
        pickles.restrict(side)
        self._tests = Tests(side, namespace.Namespace(side, names, libraries, sys.path[1]))
        return {}

    def do_run_test(self, test: dict[str, Any]) -> dict[str, Any]:
        """Run one test cell; return what came of it."""
        if self._tests is None:
            raise RuntimeError("no notebook yet")
        answer = self._tests.run(test)
        return answer | {"lost": self._tests.end()}


class LoggedSide(handles.TestSide):
    """Notes what the student's process is asked and what it answers."""

    def __init__(self, sock: Any, libraries: list[str]) -> None:
        super().__init__(sock, libraries)
        self.log = calls.CallLog()

    def ask(self, do: str, source: str = "", /, **fields: Any) -> Any:
        """Return the answer to one request."""
        entry = self.log.ask(source, fields.get("target"), fields.get("args", ()), fields.get("kwargs", {}))
        if entry is None:
            return super().ask(do, source, **fields)
        try:
            value = super().ask(do, source, **fields)
        except Exception as error:
            entry.raised(error)
            raise
        entry.gave(value)
        return value


class Tests:
    """Runs test cells one after the other in one namespace."""

    def __init__(self, side: LoggedSide, names: namespace.Namespace) -> None:
        self._side, self._names, self._watch = side, names, asserts.Watch()
        self._visible_lines: dict[str, frozenset[int]] = {}
        dict.__setitem__(names, asserts.WATCH, self._watch)

    def run(self, test: dict[str, Any]) -> dict[str, Any]:
        """Run one test cell; return what came of it."""
        name = f"<test {test['id']}>"
        try:
            parsed = cell_source.read(test["source"], frozenset(test["visible"]))
        except (SyntaxError, ValueError) as fault:
            where = f"{fault.msg} in its line {fault.lineno}" if isinstance(fault, SyntaxError) else str(fault)
            return NOTHING | {"verdict_hint": "faulty", "seen": f"The test cell is no Python ({where}): correct it."}
        except cell_source.CannotRun as fault:
            return NOTHING | {"verdict_hint": "faulty", "seen": str(fault)}
        lines = test["source"].splitlines(keepends=True)
        linecache.cache[name] = (len(test["source"]), None, lines, name)  # what `inspect` and tracebacks read
        self._visible_lines[name] = parsed.visible_lines
        self._watch.rewrite(parsed.body, parsed.last)
        self._side.log.clear()
        self._side.refused, self._side.seen_sources, before = "", set(), self._side.requests
        self._side.allowed_sources = None if test["sources"] is None else set(test["sources"])
        value, error = self._execute(test, parsed, name)
        outcome = NOTHING | {"sources": sorted(self._side.seen_sources), "requests": self._side.requests - before}
        outcome["given"] = self._names.given_here()
        if error is not None:
            outcome |= self._told(error, name, parsed)
        if self._side.refused:  # whatever the test did with the exception
            return outcome | {"verdict_hint": "refused", "refused": self._side.refused, "seen": self._side.refused}
        if error is None:
            is_number = isinstance(value, numbers.Number) and not self._side.is_students(value)
            outcome |= {"sentence": parsed.sentence, **points_of(value, is_number, float(test["points"]))}
        return outcome

    def _told(self, error: BaseException, name: str, parsed: cell_source.Parsed) -> dict[str, Any]:
        """Return what is said of an exception: of the student's own kinds only their process knows the text."""
        visible, log, raised_at = self._visible_lines, self._side.log, self._side.place_of(error)
        test = test_outcome.Test(name, visible, parsed.is_visible, parsed.sentence, log, self._watch, raised_at)
        try:
            return {"error": test_outcome.describe_error(error), **test_outcome.told(error, test)}
        except (Exception, handles.Refused, peer.Lost):  # and that may answer with anything, or end
            return {"sentence": parsed.sentence, "seen": f"The test ended with {type(error).__name__[:60]}."}

    def end(self) -> str:
        """Let the student's process go on with what the grader asks it; return why nobody is there who could."""
        if not self._side.lost:
            try:
                self._side.end()
            except peer.Lost:
                pass
            except (Exception, handles.Refused) as error:
                self._side.broken(f"it did not take what the test has changed: {type(error).__name__}")
        return self._side.lost

    def _execute(self, test: dict[str, Any], parsed: cell_source.Parsed, name: str) -> tuple[Any, BaseException | None]:
        """Run the statements and the last expression; return its value, and what was raised."""
        value = None
        with unchanged_process():
            try:
                self._names.begin(test)  # which reads names of the student's, for a seed
                exec(compile(parsed.body, name, "exec", dont_inherit=True, optimize=0), self._names)
                if parsed.last is not None:
                    value = eval(compile(parsed.last, name, "eval", dont_inherit=True, optimize=0), self._names)
            except BaseException as error:
                return None, error
        return value, None


@contextlib.contextmanager
def unchanged_process() -> Iterator[None]:
    """Put back what a test may have left changed, and the next one must not find so."""
    folder, streams = os.getcwd(), (sys.stdout, sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        with contextlib.suppress(OSError):
            os.chdir(folder)


def points_of(value: Any, is_number: bool, most: float) -> dict[str, Any]:
    """Return what the last value of a test that ran to its end says of its points.

    A number is the points, as for nbgrader; what is not a number says nothing, and all points are earned. nbgrader
    gives all points for a number that is no score, too, and for False; here such a value earns nothing.
    """
    if value is None or value is True:
        return {"ended": True, "points": most, "verdict_hint": "passed"}
    if value is False:
        return {"value": "number", "seen": "The test ended with the value False."}
    if not is_number:
        return {"ended": True, "points": most, "value": "other", "verdict_hint": "passed"}
    try:
        score = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        score = math.nan
    if not 0 <= score <= most:
        seen = f"{show_value.show(value, MOST_POINTS_TEXT)} is no number of points from 0 to {most:g}."
        return {"value": "number", "verdict_hint": "faulty", "seen": seen}
    return {"ended": True, "points": score, "value": "number", "verdict_hint": "passed" if score == most else "partial"}
