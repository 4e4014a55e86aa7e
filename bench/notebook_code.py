"""What the source notebooks define when they are solved, for programs that measure training."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
GIVEN = ("imports", "helpers")

sys.path.insert(0, str(SOURCE_DIR))  # for hw4kit


def solved(notebook: str) -> dict[str, Any]:
    """Return the names that the given cells and the reference solutions of a notebook define."""
    names: dict[str, Any] = {}
    for cell in _code_cells(notebook):
        if cell.id in GIVEN or cell.id.endswith("_solution"):
            exec(cell.source, names)
    return names


def arguments_in(notebook: str, cell_id: str, function: str, names: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """Run a cell that calls a function, and return the arguments, by place and by keyword, instead of calling it."""
    seen: list[tuple[tuple, dict[str, Any]]] = []

    def instead(*arguments: Any, **keywords: Any) -> None:
        seen.append((arguments, keywords))

    (cell,) = (cell for cell in _code_cells(notebook) if cell.id == cell_id)
    exec(cell.source, {**names, function: instead})
    return seen[0]


def _code_cells(notebook: str) -> list[Any]:
    read = nbformat.read(SOURCE_DIR / f"{notebook}.ipynb", as_version=4)
    return [cell for cell in read.cells if cell.cell_type == "code"]
