"""tqdm's progress bar for training: one line in a notebook and on a terminal, ten plain lines in a log file."""

import base64
import sys
from typing import Any

from tqdm.std import tqdm  # tqdm.auto warns where ipywidgets is missing, and what it saves in a notebook stays at 0%

SECONDS_BETWEEN_UPDATES = 0.5
LINES_IN_A_LOG = 10
LINE = "{percentage:3.0f}%|{bar:24}| {n:,} of {total:,} {unit} [{elapsed}<{remaining}{postfix}]"


class ProgressBar(tqdm):
    """Shows how much of `total` is done, and how long the rest takes; used as a context manager."""

    monitor_interval = 0  # no thread that draws between two updates

    def __init__(self, total: int, unit: str, done: int = 0) -> None:
        """Start the clock; what was `done` before does not enter the estimate."""
        self._cell = _notebook_output()
        is_log = self._cell is None and not sys.stdout.isatty()
        super().__init__(
            total=total,
            initial=done,
            unit=unit,
            bar_format=LINE,
            file=sys.stdout,
            gui=not sys.stdout.isatty(),  # whether display() below shows the line, instead of tqdm
            miniters=-(-total // LINES_IN_A_LOG) if is_log else 1,
            mininterval=0 if is_log else SECONDS_BETWEEN_UPDATES,
        )

    def display(self, msg: str | None = None, pos: int | None = None) -> Any:
        """Show the line."""
        if not self.gui:
            return super().display(msg, pos)
        if self._cell is None:
            print(self, flush=True)
        else:
            self._cell.update({"text/plain": str(self)}, raw=True)
        return True

    def close(self) -> None:
        """Show how far it came."""
        if not getattr(self, "disable", True) and self.gui and self.n > self.last_print_n:
            self.refresh()
        super().close()


class NotebookPicture:
    """A picture below the running cell, which the next one replaces; outside a notebook there is none."""

    def __init__(self) -> None:
        self.is_shown = _is_notebook()
        self._output: Any = None

    def show(self, png: bytes, title: str) -> None:
        """Show a picture in place of the one before."""
        data = {"image/png": base64.b64encode(png).decode(), "text/plain": title}
        if self._output is not None:
            self._output.update(data, raw=True)
            return
        from IPython.display import display

        self._output = display(data, raw=True, display_id=True)


def duration(seconds: float) -> str:
    """Return a length of time in the unit that a person would use: 40 s, 5.3 minutes, 2.5 hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.1f} minutes"
    return f"{seconds / 3600:.1f} hours"


def _notebook_output() -> Any:
    """Return an output of the running cell that can be replaced; None outside a notebook.

    What is overwritten by a carriage return is kept in the notebook file by some of the programs that show notebooks.
    """
    if not _is_notebook():
        return None
    from IPython.display import display  # a notebook kernel has IPython; nothing else needs it

    return display({"text/plain": ""}, raw=True, display_id=True)


def _is_notebook() -> bool:
    if "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None
