"""One line instead of a traceback where a cell runs before what it needs is written or run."""

import sys
import traceback
from types import TracebackType
from typing import Any

from .visible import is_notebook_cell

# What given cells make, and the heading above the cell that makes it.
MADE_UNDER = {
    "images": "The images",
    "run": "5 Training",
    "dataset": "4 Training",
    "training": "Training",
    "learned": "Word vectors",
}


def install(*, in_lab: bool = False) -> None:
    """Show such errors short from now on; outside a notebook nothing changes.

    Args:
        in_lab: Whether all cells are given, so that any missing name means a cell that has not run.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    others, their_way = shell.custom_exceptions, shell.CustomTB  # Colab has some

    def show(shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: Any = None) -> Any:
        if others and isinstance(error, others):
            return their_way(kind, error, trace, tb_offset)
        if text := one_line(error, trace, in_lab=in_lab):
            error._render_traceback_ = lambda: [text]  # type: ignore[attr-defined]  # IPython asks for it
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return None

    shell.set_custom_exc((*others, NotImplementedError, NameError), show)


def one_line(error: BaseException, trace: TracebackType | None, *, in_lab: bool = False) -> str:
    """Return what is to be done, or "" where the traceback tells more."""
    frames = [frame for frame in traceback.extract_tb(trace) if is_notebook_cell(frame.filename)]
    if not frames:
        return ""
    if isinstance(error, NotImplementedError):
        name = frames[-1].name
        return (
            "" if name == "<module>" else f"`{name}` is not written yet: write it, run its cell, then this one again."
        )
    name = str(getattr(error, "name", ""))
    if in_lab:
        return f"`{name}` is not there yet: run all cells above this one. If you wrote that name, check its spelling."
    if frames[-1].name == "<module>" and name in MADE_UNDER:
        return f'`{name}` is not there yet: run the cells under "{MADE_UNDER[name]}", then this one again.'
    return ""
