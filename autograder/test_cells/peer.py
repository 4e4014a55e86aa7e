"""Requests in both directions over one socket, between the test process and the student process.

While one side waits for an answer it serves the requests of the other: the test hands over a function, the student's
code calls it, and that function calls the student's code again. Whoever is asked answers before it goes on, so that
messages come in the order of a stack, whatever threads there are: only the thread that sends and reads holds the lock,
and nobody holds it while a request is worked on.

A request is {"do", "ticket", "with"}, an answer {"ticket", "value"} or {"ticket", "error"}.
"""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import wire

MOST_NESTED = 100  # a test's recursive function that a student's decorator wraps goes to and fro at each step
MOST_REQUESTS = 200_000  # of one test cell, both ways; the most that was met in 873 test cells of courses are 20,000
FRAMES_OF_A_REQUEST = 60  # more than sending a request and reading its answer take
RUNS_NO_CODE = frozenset({"names", "get_name"})  # of the student's


class Lost(BaseException):
    """The other side has ended, or sent what is no message: nothing more can be asked."""


class Peer:
    """One end of the socket.

    Attributes:
        handlers: What this side answers: the function for each request, which gets the fields of the request by name.
        requests: How many requests there were so far, both ways.
        turns: How often code of the other side has run since, so that names there may have changed.
        settlers: What this side tells the other one first, before it asks or answers.
        lost: Why nothing more can be asked; empty while all is well.
    """

    def __init__(self, sock: Any, codec: wire.Codec) -> None:
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.requests = self.turns = 0
        self.settlers: list[Callable[[], None]] = []
        self._is_settling = False
        self.lost = ""
        self._channel = wire.Channel(sock, codec)
        self._lock = threading.Lock()
        self._tickets = itertools.count(1)
        self._abandoned: set[int] = set()
        self._depth = 0

    def ask(self, do: str, source: str = "", /, **fields: Any) -> Any:
        """Return the answer to one request; serve what the other side asks meanwhile.

        Args:
            do: What is asked.
            source: What the answer is, in the words of `sources`: "call:squares", "attribute:root".
            **fields: What comes with the request.

        Raises:
            Lost: There is nobody to ask any more.
            BaseException: The request raised it on the other side.
        """
        need_frames(FRAMES_OF_A_REQUEST)
        self._settle()
        with self._lock:
            ticket = next(self._tickets)
            self._send({"do": do, "ticket": ticket, "with": fields})
            try:
                answer = self._wait_for(ticket)
            except BaseException:  # a clock of the test's own, say: the answer still comes, and is then nobody's
                self._abandoned.add(ticket)
                raise
        self.turns += do not in RUNS_NO_CODE
        if "error" in answer:
            raise self.error_of(answer["error"])
        self.arrived(source)
        return answer.get("value")

    def serve(self) -> None:
        """Answer requests until the other side says that this was all."""
        with self._lock:
            while True:
                message = self._receive()
                if message.get("do") == "end":
                    return
                self._answer(message)

    def end(self) -> None:
        """Tell the other side that this was all."""
        with self._lock:
            self._send({"do": "end"})

    def close(self) -> None:
        """Close this end of the socket."""
        self._channel.close()

    # --- what the two sides do in their own way ---

    def arrived(self, source: str) -> None:
        """Look at what a message brought that is no data."""

    def describe_error(self, error: BaseException) -> Any:
        """Return an exception in a form that travels."""
        raise NotImplementedError

    def error_of(self, described: Any) -> BaseException:
        """Return the exception for what `describe_error` of the other side returned."""
        raise NotImplementedError

    # --- one message ---

    def _wait_for(self, ticket: int) -> dict[str, Any]:
        while True:
            message = self._receive()
            if "do" in message:
                self._answer(message)
            elif type(message.get("ticket")) is not int:
                raise self._broken("an answer without a ticket")
            elif message["ticket"] == ticket:
                return message
            elif message["ticket"] in self._abandoned:
                self._abandoned.remove(message["ticket"])
            else:
                raise self._broken("an answer to nothing")

    def _answer(self, message: dict[str, Any]) -> None:
        """Work on one request and answer it. The lock is held before and afterwards, and not meanwhile."""
        do, ticket, fields = message.get("do"), message.get("ticket"), message.get("with")
        if type(ticket) is not int or not isinstance(do, str) or not isinstance(fields, dict):
            raise self._broken("a request of no known form")
        self._lock.release()
        self._depth += 1
        try:
            try:
                answer = {"value": self._work_on(do, fields)}
            finally:
                self._settle()
        except Lost:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            answer = {"error": self.describe_error(error)}
        finally:
            self._depth -= 1
            self._lock.acquire()
        try:
            self._send({"ticket": ticket, **answer})
        except (TypeError, wire.WireError) as error:
            self._send({"ticket": ticket, "error": self.describe_error(TypeError(f"the result is {error}"))})

    def _work_on(self, do: str, fields: dict[str, Any]) -> Any:
        if self._depth > MOST_NESTED:
            raise RecursionError("maximum recursion depth exceeded")
        if do not in self.handlers:
            raise self._broken("a request that nobody knows")
        self.turns += 1
        self.arrived("argument")
        return self.handlers[do](**fields)

    def _settle(self) -> None:
        """Tell the other side what it has to know before anything else."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            for settle in self.settlers:
                settle()
        finally:
            self._is_settling = False

    def _send(self, message: dict[str, Any]) -> None:
        self._count()
        try:
            self._channel.send(message)
        except wire.WireClosed as error:
            raise self._broken(str(error)) from error

    def _receive(self) -> dict[str, Any]:
        try:
            return self._channel.receive()
        except wire.WireError as error:
            raise self._broken(str(error)) from error

    def _count(self) -> None:
        if self.lost:
            raise Lost(self.lost)
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise self._broken(f"more than {MOST_REQUESTS:,} requests of one test")

    def _broken(self, reason: str) -> Lost:
        self.lost = self.lost or reason
        return Lost(self.lost)


def need_frames(count: int) -> None:
    """Raise RecursionError while that costs nothing, and not in the middle of a message."""
    if count:
        need_frames(count - 1)
