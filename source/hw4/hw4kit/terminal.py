"""What the commands of this kit print on: a terminal that may lack letters, or a reader who stops early."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator


class _Patient:
    """Standard output that loses what nobody reads any more (`| head -1`): the work goes on."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with self._losing():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._losing():
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # else Python complains once more when it ends
            os.close(nowhere)


@contextlib.contextmanager
def patient_output() -> Iterator[None]:
    """Let no letter and no reader end a command: letters that a terminal lacks are shown as "?"."""
    usual = sys.stdout
    if isinstance(usual, io.TextIOWrapper):  # in a notebook it is none; standard error takes every letter by itself
        usual.reconfigure(errors="replace")
        sys.stdout = _Patient(usual)
    try:
        yield
    finally:
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.stdout = usual
