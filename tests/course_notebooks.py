"""Make an nbgrader course of text files: notebooks are scripts whose cells begin with `# %% kind name points`.

The kinds: `text`, `given` (code that belongs to nobody's answer), `solution`, `test`, `written` (an answer in words),
`code_answer` (code that a person reads) and `task`. Submissions hold the cells that a student has changed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

HEADER = re.compile(r"^# %% (\w+)(?: ([\w-]+))?(?: ([\d.]+))?$", re.MULTILINE)
MARKDOWN = ("text", "written", "task")
# By kind, what nbgrader keeps of a cell: whether it is graded, an answer, locked, a task.
FLAGS = {
    "given": (False, False, True, False),
    "solution": (False, True, False, False),
    "test": (True, False, True, False),
    "written": (True, True, False, False),
    "code_answer": (True, True, False, False),
    "task": (True, False, True, True),
}


@dataclass(frozen=True)
class Cell:
    """One cell of a script."""

    kind: str
    name: str
    points: float
    source: str


def cells(script: str) -> Iterator[Cell]:
    """Yield the cells of a script."""
    _, *parts = HEADER.split(script)
    for kind, name, points, source in zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        yield Cell(kind, name or "", float(points or 0), source.strip("\n"))


def notebook(script: str) -> NotebookNode:
    """Return the instructor's notebook of a script; cells without a name have no metadata of nbgrader's."""
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells(script)):
        new = nbformat.v4.new_markdown_cell if cell.kind in MARKDOWN else nbformat.v4.new_code_cell
        node = new(cell.source, id=f"cell-{number}")
        if cell.name:
            grade, solution, locked, task = FLAGS[cell.kind]
            node.metadata.nbgrader = {
                "grade_id": cell.name, "grade": grade, "solution": solution, "locked": locked, "task": task,
                "schema_version": 3,
            }  # fmt: skip
            if grade or task:
                node.metadata.nbgrader["points"] = cell.points
        made.cells.append(node)
    return made


def make_sources(scripts: Path, course_dir: Path) -> None:
    """Write source/<assignment>/ with the notebooks of all scripts, and the files that lie beside them.

    A Python file that begins with a cell is a notebook; any other file is copied.
    """
    for path in sorted(scripts.glob("*/*")):
        if path.is_dir():
            continue
        target = course_dir / "source" / path.relative_to(scripts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".py" and HEADER.match(path.read_text(encoding="utf-8")):
            nbformat.write(notebook(path.read_text(encoding="utf-8")), target.with_suffix(".ipynb"))
        else:
            shutil.copy(path, target)


def submit(scripts: Path, course_dir: Path, assignment: str, students: Iterable[str]) -> None:
    """Write submitted/ of a course folder from its release/ and the scripts of students.

    `right` answers as the instructor does. Who has no script for a notebook hands it in as it was released.
    """
    released = course_dir / "release" / assignment
    for student in students:
        folder = course_dir / "submitted" / student / assignment
        shutil.copytree(released, folder)
        for path in folder.glob("*.ipynb"):
            source = scripts / "source" / assignment / f"{path.stem}.py"
            own = scripts / "submitted" / student / assignment / source.name
            script = own.read_text(encoding="utf-8") if own.exists() else ""
            if student == "right":
                script = solutions(source.read_text(encoding="utf-8"))
            nbformat.write(answer(nbformat.read(path, as_version=4), script), path)


def answer(released: NotebookNode, script: str) -> NotebookNode:
    """Return a copy of a released notebook with the cells of a student's script in place of those of their names.

    A cell without a name stands before all others.
    """
    filled = nbformat.from_dict(released)
    by_name = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in filled.cells}
    for number, cell in enumerate(cells(script)):
        if cell.name:
            by_name[cell.name].source = cell.source
        else:
            filled.cells.insert(number, nbformat.v4.new_code_cell(cell.source, id=f"own-{number}"))
    return filled


def cheat(released: NotebookNode, script: str, honest: str) -> NotebookNode:
    """Return a copy of a released notebook with honest code, then a student's script; other solution cells are empty.

    The stubs of the release would otherwise take the place of what the script's first cell defines.
    """
    filled = answer(released, f"# %% given\n{honest}\n{script}")
    written = {cell.name for cell in cells(script)}
    for cell in filled.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("solution") and meta["grade_id"] not in written:
            cell.source = "# see above"
    return filled


def solutions(script: str) -> str:
    """Return the script of a student who answers as the instructor does."""
    kept = [cell for cell in cells(script) if cell.kind == "solution"]
    return "\n".join(f"# %% solution {cell.name}\n{cell.source}" for cell in kept)
