"""Which cell a function of the notebook comes from, and whether that cell has changed or failed since.

A cell that fails, or that was edited and not run again, leaves the older function in place, which then seems right.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFINED = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)
MOST_NOTEBOOK_BYTES = 50 * 2**20  # a notebook full of pictures has 2 MB


@dataclass(frozen=True)
class Run:
    """The run of a cell that a function comes from."""

    source: str
    cell_id: str | None  # as the program says it that shows the notebook; some say nothing
    at: float


class CellWatch:
    """Notes of each cell that runs which functions it made, and which it failed to make."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        """Watch a namespace; IPython's events call `before` and `after`."""
        self._names = names
        self._made: dict[str, Run] = {}
        self._failed: dict[str, str] = {}
        self._before: dict[str, Any] = {}

    def before(self, info: Any) -> None:
        """Note what there is of the names that the cell makes now, or made when it ran before."""
        cell_id = getattr(info, "cell_id", None)  # the IPython of Colab has none
        earlier = {name for name, run in self._made.items() if cell_id and run.cell_id == cell_id}
        self._before = {name: self._names.get(name) for name in defined_in(info.raw_cell) | earlier}

    def after(self, result: Any) -> None:
        """Note which of these names are new."""
        error = result.error_before_exec or result.error_in_exec
        for name, old in self._before.items():
            if self._names.get(name) is not old:
                self._made[name] = Run(result.info.raw_cell, getattr(result.info, "cell_id", None), time.time())
                self._failed.pop(name, None)
            elif error is not None:
                self._failed[name] = f"stopped with {type(error).__name__}{_line_of(error)}"
            elif name not in defined_in(result.info.raw_cell):
                self._failed[name] = f"does not define `{name}` any more"
        self._before = {}

    def problem(self, name: str) -> str:
        """Return a sentence on why the function of that name is not what its cell says now; "" if it is."""
        what_to_do = "correct and run it, then this one again."
        if why := self._failed.get(name):
            return f"The cell of `{name}` {why}: {what_to_do}"
        if (run := self._made.get(name)) and _was_changed(run, name):
            return f"The cell of `{name}` was changed and not run: run it, then this one again."
        return ""


def defined_in(source: str) -> set[str]:
    """Return the names that a cell defines by `def` or `=` at the start of a line, be it Python or not."""
    return {name for found in DEFINED.findall(source) for name in found if name}


def watch_cells() -> CellWatch | None:
    """Begin to watch the cells of this notebook; None outside a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return None
    watch = CellWatch(shell.user_ns)
    shell.events.register("pre_run_cell", watch.before)
    shell.events.register("post_run_cell", watch.after)
    return watch


def _line_of(error: BaseException) -> str:
    line = getattr(error, "lineno", None)  # of what is no Python
    return f" in line {line}" if isinstance(line, int) else ""


def _was_changed(run: Run, name: str) -> bool:
    """Return whether the notebook was saved after that run with another text of the cell."""
    path = _notebook_path()
    try:
        if path is None or path.stat().st_mtime <= run.at or path.stat().st_size > MOST_NOTEBOOK_BYTES:
            return False
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return False  # half written, or no notebook
    defining = [_bare(source) for source in sources if name in defined_in(source)]
    return bool(defining) and _bare(run.source) not in defining


def _bare(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _notebook_path() -> Path | None:
    """Return the file of this notebook, as Jupyter or VS Code names it; Colab keeps it elsewhere."""
    return next((Path(path) for path in _named_paths() if path.endswith(".ipynb")), None)


def _named_paths() -> Iterator[str]:
    yield os.environ.get("JPY_SESSION_NAME", "")
    yield str(getattr(sys.modules["__main__"], "__vsc_ipynb_file__", ""))
