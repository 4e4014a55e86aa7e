"""What the student's code prints while a test asks it appears in the test's output; what it reads comes from the test.

So a test captures it as it captures its own: by `redirect_stdout`, by a StringIO in `sys.stdout`, or by a patched
`print`. Nobody types: `input()` ends at once unless the test has put a text or a function of its own there.
"""

import builtins
import contextlib
import getpass
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import peer

MOST_AT_ONCE = 300_000  # characters between two messages: with up to 4 bytes each they fit into one
MOST_PIECES = 2_000  # likewise, where output, errors and warnings take turns
MOST_OF_A_TEST = 3_000_000  # characters; a loop that prints without end reaches the limit of time, not of memory


class Pieces:
    """What was printed since the last message, in order: [where, text], of a warning ["warning", text, class]."""

    def __init__(self) -> None:
        self._pieces: list[list[str]] = []
        self._length = 0

    def add(self, where: str, text: str, *more: str) -> None:
        """Note a text; what is too much is left out."""
        text = text[: MOST_AT_ONCE - self._length]
        self._length += len(text)
        if self._pieces and self._pieces[-1][0] == where and not more:
            self._pieces[-1].append(text)
        elif len(self._pieces) < MOST_PIECES:
            self._pieces.append([where, text, *more])

    def take(self) -> list[list[str]]:
        """Return what there is, and begin anew."""
        pieces = [
            each if each[0] == "warning" else [each[0], "".join(each[1:])] for each in self._pieces if any(each[1:])
        ]
        self._pieces, self._length = [], 0
        return pieces


class Stream(io.TextIOBase):
    """Output or errors of the student's process."""

    encoding = "utf-8"

    def __init__(self, pieces: Pieces, where: str) -> None:
        self._note, self._where = pieces.add, where

    def write(self, text: str) -> int:
        """Note a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._note(self._where, str(text))
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True


class Typed(io.TextIOBase):
    """Where the student's process reads from: the test's `sys.stdin`."""

    def __init__(self, side: peer.Peer) -> None:
        self._side = side

    def readable(self) -> bool:
        """Return True."""
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Return the next line."""
        return self._side.ask("read_line", size=-1 if size is None else size)

    def read(self, size: int | None = -1, /) -> str:
        """Return the rest, or so many characters of it."""
        return self._side.ask("read_text", size=-1 if size is None else size)


class StudentStreams:
    """The student's side."""

    def __init__(self, side: peer.Peer) -> None:
        self._side = side
        self._pieces = Pieces()
        self._is_open = False
        side.settlers.append(self._send)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Let what is printed meanwhile go to the test, and what is read come from it."""
        output, errors = Stream(self._pieces, "out"), Stream(self._pieces, "err")
        before = builtins.input, getpass.getpass, sys.stdin
        builtins.input, getpass.getpass, sys.stdin = self._input, self._input, Typed(self._side)
        self._is_open = True
        try:
            with (
                contextlib.redirect_stdout(output),
                contextlib.redirect_stderr(errors),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("always", append=True)  # once per place, as usual, would be once for all tests
                warnings.showwarning = self._note_warning
                yield
        finally:
            self._is_open = False
            builtins.input, getpass.getpass, sys.stdin = before

    def _input(self, prompt: object = "", *_: Any, **__: Any) -> str:
        if not self._is_open:  # a cell has kept this function
            raise EOFError("nobody types here: the grader runs this code alone")
        return self._side.ask("input", prompt=str(prompt))

    def _note_warning(self, message: Any, category: Any, *_: Any, **__: Any) -> None:
        known = [name for name in (kind.__name__ for kind in category.__mro__) if hasattr(builtins, name)]
        self._pieces.add("warning", str(message), known[0])

    def _send(self) -> None:
        pieces = self._pieces.take()
        if pieces:
            self._side.ask("printed", pieces=pieces)


class TestStreams:
    """The test's side."""

    __test__ = False  # no test of pytest's

    def __init__(self, side: peer.Peer) -> None:
        self._stdin = sys.stdin
        self._left = MOST_OF_A_TEST
        builtins.input = self._typed
        side.handlers |= {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def begin(self) -> None:
        """Get ready for a test cell."""
        self._left = MOST_OF_A_TEST

    def do_printed(self, pieces: Any) -> None:
        """Show what the student's code has printed."""
        for where, text, *more in pieces:
            text = text[: self._left]
            self._left -= len(text)
            if where == "warning":
                kind = getattr(builtins, more[0], None)
                is_warning = isinstance(kind, type) and issubclass(kind, Warning)
                warnings.warn_explicit(text, kind if is_warning else UserWarning, "<student>", 1)
            elif text:
                (sys.stdout if where == "out" else sys.stderr).write(text)

    def do_input(self, prompt: str) -> Any:
        """Answer `input()` by what the test has in its place."""
        return builtins.input(prompt)

    def do_read_line(self, size: int) -> str:
        """Return the next line of what the test has put there."""
        return "" if sys.stdin is self._stdin else sys.stdin.readline(size)

    def do_read_text(self, size: int) -> str:
        """Return more of what the test has put there."""
        return "" if sys.stdin is self._stdin else sys.stdin.read(size)

    def _typed(self, prompt: object = "", /) -> str:
        """Read a line as `input` does."""
        line = self.do_read_line(-1)
        if not line:
            raise EOFError("nobody types here: the test has put no text into sys.stdin")
        sys.stdout.write(str(prompt))
        return line.removesuffix("\n")
