"""A finished homework in the folder that students get: solutions and model answers filled in, everything as if run."""

from __future__ import annotations

import base64
import io
import re
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.assignments.hw4.demo.outputs import Outputs, recorded
from autograder.model.assignment import Assignment
from autograder.nbgrader import release

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.data import Treebank
from hw4kit.word_plots import GROUPS, show_words

REGION = re.compile(r"^.*(?:BEGIN|END) SOLUTION.*$\n?", re.MULTILINE)
NOTE = re.compile(r"^Note: this is the mini stand-in.*\n.*get_datasets.*\n", re.MULTILINE)
NEXT = "\n## "
TOOK = "Training took 5.0 minutes (40,000 iterations, seed 18739)\n"


def plot(seed: int = 0) -> tuple[bytes, bytes]:
    """Return the picture of random word vectors as the kit saves it, and as a notebook shows it."""
    words = [word for group in GROUPS.values() for word in group]
    vectors = np.random.default_rng(seed).normal(size=(len(words), 8))
    figure = show_words(vectors, Treebank([words, words]), title="After 40,000 iterations")
    pictures = []
    for box in (None, "tight"):  # notebooks cut the margins off
        stream = io.BytesIO()
        figure.savefig(stream, dpi=100, bbox_inches=box)
        pictures.append(stream.getvalue())
    return pictures[0], pictures[1]


def write(assignment: Assignment, folder: Path) -> Path:
    """Write the finished homework into a new folder, and return it."""
    release.build(assignment.course_dir, folder)
    saved, shown = plot()
    (folder / "word_vectors.png").write_bytes(saved)
    for name in assignment.notebooks:
        source = {_id(cell): cell.source for cell in assignment.source_notebook(name).cells}
        finish = partial(_finish, source=source, outputs=recorded()[name], shown=shown)
        edit(folder / f"{name}.ipynb", finish)
    for name in assignment.sheets:
        path = folder / "answers" / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        for item in assignment.sheet(name).items:
            start = text.index("**Answer.**", text.index(f"`{item.id}`")) + len("**Answer.**")
            text = f"{text[:start]}\n\n{item.model_answer}\n{text[text.index(NEXT, start) :]}"
        path.write_text(f"{text}\nThe papers of the handout.\n", encoding="utf-8")
    return folder


def zipped_by_hand(folder: Path, target: Path) -> Path:
    """Pack what lies in the folder as a student would who does not use handin."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            prefix = "" if "/" in name or name.startswith("bob_") or (folder / f"bob_{name}").exists() else "bob_"
            archive.write(path, f"bob_HW4/{prefix}{name}")
    return target


def edit(path: Path, change: Callable[[NotebookNode], object]) -> None:
    """Change a notebook file in place."""
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell of that id."""
    return next(cell for cell in notebook.cells if _id(cell) == grade_id)


def _finish(notebook: NotebookNode, source: dict[str, str], outputs: Outputs, shown: bytes) -> None:
    count = 0
    for each in notebook.cells:
        if each.metadata.get("nbgrader", {}).get("solution"):
            each.source = REGION.sub("", source[_id(each)])
        elif "## 7 References" in each.source:
            each.source = each.source.rstrip("- \n")
        if each.cell_type == "code":
            count += 1
            each.execution_count = count
        if _id(each) == "train_word2vec":
            each.outputs = [new_output("stream", text=TOOK)]
        elif _id(each) == "look_words":
            data = {"image/png": base64.b64encode(shown).decode(), "text/plain": "<Figure size 1000x800>"}
            each.outputs = [new_output("execute_result", data=data, execution_count=count)]
        elif _id(each).endswith("_try"):
            each.outputs = [new_output("stream", text="ok  all of it\n")]
        elif _id(each) in outputs:
            each.outputs = [nbformat.from_dict(_of_real_data(output)) for output in outputs[_id(each)]]


def _of_real_data(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output of the demonstration without the note that its data is made by a program."""
    return output | {"text": NOTE.sub("", output["text"])} if "text" in output else output


def _id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
