"""A progress bar in plain text, with an estimate of the time left: in a notebook, on a terminal, and in a log file."""

import sys
import time
from typing import Any

BAR_WIDTH = 24
SECONDS_BETWEEN_UPDATES = 0.5
LINES_IN_A_LOG = 10  # where nothing can be overwritten, one plain line for each tenth of the work


class Progress:
    """Shows how much of a long piece of work is done.

    A notebook and a terminal show one line that is overwritten; anything else (a file, a pipe) gets a few plain lines.
    """

    def __init__(self, total: int, unit: str, done: int = 0) -> None:
        """Start the clock.

        Args:
            total: How many units there are to do, at least 1.
            unit: What is counted, in the plural: "iterations".
            done: How many were done before; they do not enter the estimate.
        """
        self._total, self._unit, self._first = total, unit, done
        self._start = self._shown = time.perf_counter()
        self._tenth = done * LINES_IN_A_LOG // total
        self._cell = _notebook_line() if "ipykernel" in sys.modules else None
        self._width = 0

    def update(self, done: int, note: str = "") -> None:
        """Show that `done` units are done, and the note behind it; cheap enough to call after every unit."""
        now = time.perf_counter()
        if done < self._total and now - self._shown < SECONDS_BETWEEN_UPDATES:
            return
        self._shown = now
        line = self._line(done, now - self._start, note)
        if self._cell is not None:
            self._cell.update({"text/plain": line}, raw=True)
        elif sys.stdout.isatty():
            self._width = max(self._width, len(line))
            print("\r" + line.ljust(self._width), end="\n" if done >= self._total else "", flush=True)
        elif done * LINES_IN_A_LOG // self._total > self._tenth:
            self._tenth = done * LINES_IN_A_LOG // self._total
            print(line, flush=True)

    def _line(self, done: int, seconds: float, note: str) -> str:
        filled = BAR_WIDTH * done // self._total
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        new = done - self._first
        left = duration(seconds / new * (self._total - done)) + " left" if new > 0 and done < self._total else ""
        parts = (f"[{bar}] {done:,} of {self._total:,} {self._unit}", left, note)
        return ", ".join(part for part in parts if part)


def duration(seconds: float) -> str:
    """Return a length of time in the unit that a person would use: 40 s, 5.3 minutes, 2.5 hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.1f} minutes"
    return f"{seconds / 3600:.1f} hours"


def _notebook_line() -> Any:
    """Return a line of output that can be overwritten; None where no notebook shows it."""
    from IPython import get_ipython  # a notebook kernel has IPython; nothing else needs it
    from IPython.display import display

    return display({"text/plain": ""}, raw=True, display_id=True) if get_ipython() else None
