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

import object_codec
import wire

MOST_NESTED = 100  # a test's recursive function that a student's decorator wraps goes to and fro at each step
MOST_REQUESTS = 200_000  # of one test cell, both ways; the most that was met in 873 test cells of courses are 20,000
MOST_BYTES = 2**30  # that one side gets in one test cell: 64 MiB is the largest message, and a few send it many times
FRAMES_OF_A_REQUEST = 80  # more than sending a request and reading its answer take
RUNS_NO_CODE = frozenset("names get_name set_name del_name get_module seed".split())  # of the other side


class Lost(BaseException):
    """The other side has ended, or sent what is no message: nothing more can be asked."""


class Answer:
    """An answer that says more than its value."""

    def __init__(self, value: Any, extras: Any) -> None:
        self.fields = {"value": value, "extras": extras}


class Peer:
    """One end of the socket.

    Attributes:
        handlers: What this side answers: the function for each request, which gets the fields of the request by name.
        settlers: What this side tells the other one first, before it asks or answers.
        requests: How many requests there were in this test cell, both ways.
        turns: How often code of the other side has run, so that names there may have changed since.
        lost: Why nothing more can be asked; empty while all is well.
    """

    def __init__(self, sock: Any, codec: object_codec.ObjectCodec) -> None:
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.settlers: list[Callable[[], None]] = []
        self.requests = self.turns = 0
        self.lost = ""
        self._channel = wire.Channel(sock, codec)
        self._codec = codec
        self._lock = threading.Lock()
        self._holder = 0  # the thread that has the lock
        self._tickets = itertools.count(1)
        self._abandoned: set[int] = set()
        self._depth = 0
        self._is_settling = False
        self._bytes_before = 0  # this test cell

    def ask(self, do: str, source: str = "", /, **fields: Any) -> Any:
        """Return the answer to one request; serve what the other side asks meanwhile.

        Args:
            do: What is asked.
            source: What the answer is: "call:squares", "attribute:root"; "" where that does not matter.
            **fields: What comes with the request.

        Raises:
            Lost: There is nobody to ask any more.
            BaseException: The request raised it on the other side.
        """
        need_frames(FRAMES_OF_A_REQUEST)
        if self.is_busy():
            raise RuntimeError("nothing can be asked while a message is read or written")
        self.settle()
        self._acquire()
        try:
            if not self._depth and self._codec.kept.are_many:
                self._codec.forget()
            ticket = next(self._tickets)
            self._send({"do": do, "ticket": ticket, "with": object_codec.flat(fields)})
            try:
                answer, arrivals = self._wait_for(ticket)
            except BaseException:  # a clock of the test's own, say: the answer still comes, and is then nobody's
                self._abandoned.add(ticket)
                raise
        finally:
            self._release()
        self.turns += do not in RUNS_NO_CODE
        if "error" in answer:
            self.judge([arrival for arrival in arrivals if arrival[1]], "raised")
            raise self.error_of(answer["error"])
        value = self.judged(answer.get("value"), arrivals, source)
        if "extras" in answer:
            self.take_extras(fields.get("target"), answer["extras"])
        return value

    def serve(self) -> None:
        """Answer requests until the other side says that this was all."""
        self._begin()
        self._acquire()
        try:
            while True:
                message = self._receive()
                if message.get("do") == "end":
                    return
                self._answer(message)
        finally:
            self._release()

    def end(self) -> None:
        """Tell the other side what it has to know, and that this was all."""
        self.settle()
        self._acquire()
        try:
            self._send({"do": "end"})
        finally:
            self._release()
        self._begin()

    def _begin(self) -> None:
        """Count for a test cell anew."""
        self.requests, self._bytes_before = 0, self._channel.received_bytes

    def is_busy(self) -> bool:
        """Return whether this thread is in the middle of a message."""
        return self._holder == threading.get_ident()

    def close(self) -> None:
        """Close this end of the socket."""
        self.lost = self.lost or "this end is closed"
        self._channel.close()

    # --- what the two sides do in their own way ---

    def take_extras(self, target: Any, extras: Any) -> None:
        """Take in what an answer says beside its value."""

    def take_arrivals(self) -> list[tuple[Any, str]]:
        """Return what the last message brought that is no data, each with its source where that is another one."""
        return []

    def judge(self, arrivals: list[tuple[Any, str]], source: str) -> None:
        """Raise what refuses something that a message brought."""

    def judged(self, value: Any, arrivals: list[tuple[Any, str]], source: str) -> Any:
        """Return an answer, or what stands for one that nobody may use; raise as `judge`."""
        self.judge(arrivals, source)
        return value

    def source_of(self, do: str, fields: dict[str, Any]) -> str:
        """Return what the fields of a request are, in the words of `judge`."""
        return "argument"

    def describe_error(self, error: BaseException, briefly: bool = False) -> Any:
        """Return an exception in a form that travels; briefly: without what it holds."""
        raise NotImplementedError

    def error_of(self, described: Any) -> BaseException:
        """Return the exception for what `describe_error` of the other side returned."""
        raise NotImplementedError

    # --- one message ---

    def _wait_for(self, ticket: int) -> tuple[dict[str, Any], Any]:
        while True:
            message = self._receive()
            if "do" in message:
                self._answer(message)
                continue
            arrivals = self.take_arrivals()
            if type(message.get("ticket")) is not int:
                raise self.broken("an answer without a ticket")
            if message["ticket"] == ticket:
                return message, arrivals
            if message["ticket"] not in self._abandoned:
                raise self.broken("an answer to nothing")
            self._abandoned.remove(message["ticket"])

    def _answer(self, message: dict[str, Any]) -> None:
        """Work on one request and answer it. The lock is held before and afterwards, and not meanwhile."""
        do, ticket, parts = message.get("do"), message.get("ticket"), message.get("with")
        if type(ticket) is not int or type(do) is not str or do not in self.handlers:
            raise self.broken("a request of no known form")
        touched = self._codec.touched
        try:
            fields, arrivals = object_codec.named_values(parts), self.take_arrivals()
        except wire.WireError as error:
            raise self.broken(str(error)) from error
        self._release()
        self._depth += 1
        try:
            try:
                value = self.work_on(do, fields, arrivals)
                answer = value.fields if isinstance(value, Answer) else {"value": value}
            finally:
                self.settle()
        except Lost:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            answer = {"error": error}
        finally:
            self._depth -= 1
            self._acquire()
        self._codec.check(touched)
        self._send_answer(ticket, answer)

    def _send_answer(self, ticket: int, answer: dict[str, Any]) -> None:
        try:
            if "error" not in answer:
                self._send({"ticket": ticket, **answer})
                return
        except Lost:
            raise
        except BaseException as error:  # what its parts say of themselves may be code of the student's
            answer = {"error": TypeError(f"the result cannot be handed over: {error}"[:500])}
        try:
            self._send({"ticket": ticket, "error": self.describe_error(answer["error"])})
        except (TypeError, wire.WireError):
            self._send({"ticket": ticket, "error": self.describe_error(answer["error"], briefly=True)})

    def work_on(self, do: str, fields: dict[str, Any], arrivals: Any) -> Any:
        """Return the answer to a request of the other side."""
        if self._depth > MOST_NESTED:
            raise RecursionError("maximum recursion depth exceeded")
        self.turns += 1
        self.judge(arrivals, self.source_of(do, fields))
        return self.handlers[do](**fields)

    def _send(self, message: dict[str, Any]) -> None:
        self._count()
        gone = self._codec.gone()
        try:
            self._channel.send(message | {"gone": gone} if gone else message)
            self._codec.told_gone(gone)
        except wire.WireClosed as error:
            raise self.broken(str(error)) from error

    def _receive(self) -> dict[str, Any]:
        try:
            message = self._channel.receive()
            self._codec.forget_own(message.pop("gone", ()))
        except wire.WireError as error:
            raise self.broken(str(error)) from error
        if self._channel.received_bytes - self._bytes_before > MOST_BYTES:
            raise self.broken(f"more than {MOST_BYTES // 2**20:,} MiB in one test")
        return message

    def _count(self) -> None:
        if self.lost:
            raise Lost(self.lost)
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise self.broken(f"more than {MOST_REQUESTS:,} requests of one test")

    def settle(self) -> None:
        """Tell the other side what it has to know before anything else."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            for settle in self.settlers:
                settle()
        finally:
            self._is_settling = False

    def _acquire(self) -> None:
        self._lock.acquire()
        self._holder = threading.get_ident()

    def _release(self) -> None:
        self._holder = 0
        self._lock.release()

    def broken(self, reason: str) -> Lost:
        """Return the exception that ends everything, and remember why."""
        self.lost = self.lost or reason
        return Lost(self.lost)


def need_frames(count: int) -> None:
    """Raise RecursionError while that costs nothing, and not in the middle of a message."""
    if count:
        need_frames(count - 1)
