"""The hostile corpus: tricks by class, each a folder with its code and what it must not gain.

A folder holds, besides expect.toml, some of
- `<item>.py`: stands in the solution cell of that item,
- `first.py`, `last.py`: a cell of the student's own before all others, or after them,
- `notebook.py`: a function `change(notebook)` that tampers with the submitted notebook; ours, and run here,
- `word_vectors.png`: the plot.

Items in expect.toml without a file of their own are honest: their solution cells hold the right code.
In the sources __CANARY__, __MARK__, __KEY__, __GRADER_PID__ and __ZYGOTE_PID__ are filled in.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus_cases
import nbformat
from corpus_cases import CORPUS

from autograder.handin.run_limits import Limits
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

HOSTILE = CORPUS / "hostile"
PATIENCE = {"cell_cpu_s": 5.0, "call_cpu_s": 3.0, "notebook_cpu_s": 40.0, "memory_mib": 1500, "scratch_mib": 64}
PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/")


@dataclass(frozen=True)
class Case:
    """One trick; expect.toml names every item that is graded, with verdict and score."""

    folder: Path

    @property
    def id(self) -> str:
        """Such as forging/patches_numpy."""
        return self.folder.relative_to(HOSTILE).as_posix()

    @property
    def expected(self) -> dict[str, Any]:
        """What expect.toml says."""
        return tomllib.loads((self.folder / "expect.toml").read_text())

    @property
    def limits(self) -> Limits:
        """Small enough that a trick that uses up time or memory is soon over."""
        return Limits(**PATIENCE | self.expected.get("limits", {}))


def cases() -> list[Case]:
    """Return all tricks, by class and name."""
    return [Case(path.parent) for path in sorted(HOSTILE.glob("*/*/expect.toml"))]


def submission(case: Case, assignment: Assignment, names: Mapping[str, object]) -> Submission:
    """Return what a student who tries the trick would send."""
    notebooks = {assignment.item(item_id).notebook for item_id in case.expected["items"]}
    plot = case.folder / "word_vectors.png"
    return Submission(
        student=case.folder.name,
        notebooks={name: _notebook(case, assignment, name, names) for name in sorted(notebooks)},
        files={"word_vectors": plot.read_bytes()} if plot.exists() else {},
    )


def _notebook(case: Case, assignment: Assignment, name: str, names: Mapping[str, object]) -> bytes:
    notebook = json.loads(nbformat.writes(assignment.source_notebook(name)))
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and meta.get("solution"):
            cell["source"] = _solution(case, meta["grade_id"].removesuffix("_solution"), "".join(cell["source"]), names)
    for position, place in (("first.py", 0), ("last.py", len(notebook["cells"]) + 1)):
        if (case.folder / position).exists():
            own = {"cell_type": "code", "source": _filled(case.folder / position, names), "metadata": {}, "outputs": []}
            notebook["cells"].insert(place, own | {"id": position.removesuffix(".py"), "execution_count": None})
    if (case.folder / "notebook.py").exists():
        runpy.run_path(str(case.folder / "notebook.py"))["change"](notebook)
    return json.dumps(notebook).encode()


def _solution(case: Case, item_id: str, right: str, names: Mapping[str, object]) -> str:
    path = case.folder / f"{item_id}.py"
    if path.exists():
        return _filled(path, names)
    return right if item_id in case.expected["items"] else corpus_cases.unwritten(right)


def _filled(path: Path, names: Mapping[str, object]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, value in names.items():
        text = text.replace(f"__{name}__", str(value))
    return text


def children(pid: int) -> list[int]:
    """Return the ids of all processes that descend from this one; none when it is gone."""
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    return found


def traces(mark: str) -> list[str]:
    """Return what a trick has left behind outside: files by the mark in their names, shared memory by its key."""
    places = [Path(place) for place in (*PLACES, os.getcwd(), Path.home())]
    left = [path.name for place in places if place.is_dir() for path in place.glob(f"*{mark}*")]
    for kind in ("shm", "sem", "msg"):
        rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        left += [f"{kind} {row}" for row in rows if row.split()[0] == str(key(mark))]
    return left


def key(mark: str) -> int:
    """Return the mark as the key of a piece of shared memory."""
    return int(mark[:6], 16)
