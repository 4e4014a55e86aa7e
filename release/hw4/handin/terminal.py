"""Standard output and error that end no run: no character, no closed pipe and no full disk behind a `>`."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO


class Output:
    """A replacement for standard output: what it cannot write is lost, and `problem` says why.

    A reader who has seen enough (`autograder report | head -1`) is no problem.
    """

    def __init__(self, stream: TextIO) -> None:
        """Take the stream that is to be written to."""
        self._stream = stream
        self.problem: OSError | None = None

    def write(self, text: str) -> int:
        """Write the text, or lose it."""
        with self._losing():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is held back, or lose it."""
        with self._losing():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.problem = self.problem or error
            with contextlib.suppress(OSError, ValueError):  # else Python says so once more when it ends
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def show_every_letter() -> None:
    """Let standard output and error write a character that the terminal lacks as its code, whatever its encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def outlasting() -> Iterator[Output | None]:
    """Let a run continue without its standard output and error; yield that output, None where it was closed before."""
    _occupy_closed()
    show_every_letter()
    usual = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        outputs = [Output(stream or nowhere) for stream in usual]
        sys.stdout, sys.stderr = outputs  # type: ignore[assignment]  # they have all that print and tqdm ask for
        try:
            yield outputs[0] if usual[0] is not None else None
        finally:
            for output in outputs:
                output.flush()
            sys.stdout, sys.stderr = usual


def _occupy_closed() -> None:
    """Fill the places of standard input, output and error that are closed (`2>&-`).

    The next file that is opened would be there, and get what a library or a student's process writes to the terminal.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            if nowhere != number:
                os.close(nowhere)
