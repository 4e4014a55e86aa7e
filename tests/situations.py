"""Situations: what students really send, each on top of a finished homework that is right otherwise.

tests/corpus/hw4/situations/<name>/ holds what differs from the finished homework:

    cells/<grade_id>.py, .md     the text of that cell, as code or as text; cells/<notebook>/... where two have that id
    new/after_<grade_id>.py      a new cell below that cell, `before_` above it; `_2` at the end for a second one
    printed/<grade_id>.txt       what that cell shows as printed
    attachments/<cell>/...       pictures that were pasted into that cell, which is named as its file without ending
    files/...                    further files beside the notebooks
    expect.toml                  what is expected of the grader and of `python -m handin --check`; see Expected
"""

from __future__ import annotations

import base64
import re
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import corpus_cases
import nbformat
from finished_homework import cell, edit
from nbformat import NotebookNode

from autograder.handin.asked import Asked

FOLDER = corpus_cases.CORPUS / "situations"
PLACE = re.compile(r"(before|after)_(\w+?)(?:_([2-9]))?")
OF_CELLS = ("cells", "new", "printed")
KINDS = {".py": "code", ".md": "markdown", ".txt": "raw"}


@dataclass(frozen=True)
class Expected:
    """What expect.toml says."""

    why: str  # one sentence: what this is about
    lost: dict[str, float] = field(default_factory=dict)  # points by item; all others that checks grade are full
    findings: list[str] = field(default_factory=list)  # each a part of a sentence in the report
    check: list[str] = field(default_factory=list)  # each a part of a line of the check
    check_is_silent: bool | None = None  # whether no line begins with "must"; by default, whether nothing is lost
    marker: dict[str, list[str]] = field(default_factory=dict)  # by item: parts of what a marker sees at its answer
    gone: list[str] = field(default_factory=list)  # ids of cells that were deleted
    names: dict[str, str] = field(default_factory=dict)  # of files that were renamed
    ids: dict[str, str] = field(default_factory=dict)  # of new cells that were copied: the file without ending, its id
    no_metadata: list[str] = field(default_factory=list)  # notebooks whose cells lost what nbgrader keeps of them

    @property
    def is_silent(self) -> bool:
        return not self.lost if self.check_is_silent is None else self.check_is_silent


@dataclass(frozen=True)
class Situation:
    """One folder of them."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> Expected:
        return Expected(**tomllib.loads((self.folder / "expect.toml").read_text(encoding="utf-8")))

    def files(self, kind: str) -> Iterator[Path]:
        return (path for path in sorted(self.folder.glob(f"{kind}/**/*")) if path.is_file())


def situations() -> list[Situation]:
    return [Situation(path.parent) for path in sorted(FOLDER.glob("*/expect.toml"))]


def write(situation: Situation, finished: Path, folder: Path, asked: Asked) -> Path:
    """Write the work of the situation into a new folder, and return it."""
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("hw4kit", "handin", "datasets", "labs"))
    used: list[Path] = []
    for name in asked.notebooks:
        edit(folder / f"{name}.ipynb", lambda notebook, name=name: used.extend(_change(situation, name, notebook)))
    wanted = [path for kind in OF_CELLS for path in situation.files(kind)]
    assert {*used} == {*wanted}, "no notebook has such a cell"
    assert not [path for path in used if used.count(path) > 1 and "printed" not in path.parts], "say of which notebook"
    for path in situation.files("files"):
        target = folder / path.relative_to(situation.folder / "files")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for old, new in situation.expected.names.items():
        (folder / old).rename(folder / new)
    return folder


def zipped(folder: Path, target: Path, asked: Asked) -> Path:
    """Pack the folder by hand: what has the names of the homework gets the student's id in front."""
    known = {*(f"{name}.ipynb" for name in asked.notebooks), *(file.name for file in asked.files)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            archive.write(path, f"bob_HW4/{'bob_' if name in known else ''}{name}")
    return target


def _change(situation: Situation, name: str, notebook: NotebookNode) -> Iterator[Path]:
    """Change a notebook, and yield the files that were used."""
    expected = situation.expected
    ids = {each.metadata.get("nbgrader", {}).get("grade_id") for each in notebook.cells}
    meant = {kind: [p for p in situation.files(kind) if p.parent.name in (kind, name)] for kind in OF_CELLS}
    for path in meant["cells"]:
        if path.stem in ids:
            index = notebook.cells.index(cell(notebook, path.stem))
            notebook.cells[index] = _cell(path, notebook.cells[index].metadata)
            _attach(situation, path.stem, notebook.cells[index])
            yield path
    for path in meant["printed"]:
        if path.stem in ids:
            text = path.read_text(encoding="utf-8")
            cell(notebook, path.stem).outputs = [nbformat.v4.new_output("stream", text=text)]
            yield path
    new = [path for path in meant["new"] if _place(path, ids)]
    for path in [*(p for p in new if _is_before(p)), *(p for p in reversed(new) if not _is_before(p))]:
        index = notebook.cells.index(cell(notebook, _place(path, ids))) + (not _is_before(path))
        grade_id = expected.ids.get(path.stem)
        notebook.cells.insert(index, _cell(path, cell(notebook, grade_id).metadata if grade_id else {}))
        _attach(situation, path.stem, notebook.cells[index])
        yield path
    notebook.cells = [
        each for each in notebook.cells if each.metadata.get("nbgrader", {}).get("grade_id") not in expected.gone
    ]
    code = [each for each in notebook.cells if each.cell_type == "code"]
    for number, each in enumerate(code, start=1):  # as if all were run at the end
        each.execution_count = number
        for output in each.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    if name in expected.no_metadata:
        for each in notebook.cells:
            each.metadata = nbformat.NotebookNode()


def _place(path: Path, ids: set[str]) -> str:
    """Return the id of the cell beside which a new one goes, "" if the notebook has none of it."""
    match = PLACE.fullmatch(path.stem)
    assert match, f"{path.name} does not say where the cell goes"
    return match[2] if match[2] in ids else ""


def _attach(situation: Situation, stem: str, target: NotebookNode) -> None:
    """Paste pictures into a cell, as Jupyter keeps them."""
    for path in situation.files(f"attachments/{stem}"):
        in_base64 = base64.b64encode(path.read_bytes()).decode()
        target.setdefault("attachments", nbformat.NotebookNode())[path.name] = {"image/png": in_base64}


def _is_before(path: Path) -> bool:
    return path.name.startswith("before_")


def _cell(path: Path, metadata: NotebookNode | dict) -> NotebookNode:
    make = getattr(nbformat.v4, f"new_{KINDS[path.suffix]}_cell")
    return make(path.read_text(encoding="utf-8").rstrip("\n"), metadata=nbformat.from_dict(dict(metadata)))
