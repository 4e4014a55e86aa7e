"""The outputs of the training cells of the demonstration's students, recorded from a real run.

    python -m autograder.assignments.hw4.demo.outputs [NOTEBOOK ...]

records them again, on the mini stand-in, in about five minutes. A test fails when training has changed since then.
"""

import base64
import contextlib
import copy
import io
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import assignment as assignments
from autograder.model.assignment import Assignment

from .. import training

RECORDED = Path(__file__).with_name("outputs.json")
WIDTH, COLOURS = 420, 12  # of the pictures that are kept: legible, and 5 KB each instead of 100
CELL_TIMEOUT_S = 3600

VERSION = re.compile(r"\b(Python|NumPy|TensorFlow|Keras) [\d.]+\d")
DISTRIBUTIONS = {"NumPy": ("numpy",), "TensorFlow": ("tensorflow", "tensorflow-cpu"), "Keras": ("keras",)}

Outputs = dict[str, list[dict[str, Any]]]  # by id of the cell


@cache
def recorded() -> dict[str, Outputs]:
    """Return the outputs of all training cells, by notebook."""
    found: dict[str, Outputs] = json.loads(RECORDED.read_text(encoding="utf-8"))
    for outputs in found.values():
        for output in outputs["setup"]:
            output["text"] = VERSION.sub(_here, output["text"])
    return found


def _here(match: re.Match[str]) -> str:
    """Return a name with the version of this machine, so that the students of the demonstration have what it has."""
    if match[1] == "Python":
        return f"Python {platform.python_version()}"
    for name in DISTRIBUTIONS[match[1]]:
        with contextlib.suppress(metadata.PackageNotFoundError):
            return f"{match[1]} {metadata.version(name)}"
    return match[0]


def minutes() -> float:
    """Return how long the recorded training of word vectors took."""
    text = "".join(output.get("text", "") for output in recorded()["hw4_partII"]["train_word2vec"])
    log = training.word2vec_log(text)
    assert log is not None, "the recorded training has an end"
    return log.minutes


def put_in(notebook: dict[str, Any], name: str, *, trained: bool) -> None:
    """Give the training cells of a notebook their recorded outputs, or those until training fails."""
    outputs = recorded()[name]
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in training.TRAINING_CELLS and not trained:
            return
        if grade_id in outputs:
            cell["outputs"] = copy.deepcopy(outputs[grade_id])


def record(assignment: Assignment, names: Sequence[str]) -> dict[str, Outputs]:
    """Run the instructor's notebooks on the mini stand-in; return what their training cells showed."""
    from nbclient import NotebookClient

    found = {}
    with tempfile.TemporaryDirectory(prefix="autograder-demo-") as folder:
        space = Path(folder)
        shutil.copytree(assignment.source_dir / "hw4kit", space / "hw4kit")
        data = ["--folder", "data"]  # a place where the notebooks look
        subprocess.run([sys.executable, "-m", "hw4kit.get_data", "--mini", *data], cwd=space, check=True)
        for name in names:
            notebook = copy.deepcopy(assignment.source_notebook(name))
            NotebookClient(notebook, timeout=CELL_TIMEOUT_S, resources={"metadata": {"path": folder}}).execute()
            found[name] = {
                cell.metadata.nbgrader.grade_id: [kept for output in cell.outputs for kept in _kept(output)]
                for cell in notebook.cells
                if "training" in cell.metadata.get("tags", [])
            }
    return found


def _kept(output: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """Return an output without what says something about the machine, and with a small picture."""
    if output.output_type == "stream":
        return [dict(output)] if output.name == "stdout" else []
    data = dict(output.data)
    if "image/png" in data:
        data["image/png"] = _reduced(data["image/png"])
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def _reduced(encoded: str) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.convert("RGB").resize((WIDTH, height)).quantize(COLOURS)
    data = io.BytesIO()
    small.save(data, format="PNG", optimize=True)
    return base64.b64encode(data.getvalue()).decode()


def main() -> None:
    """Record the outputs of the named notebooks again, or of all, in the course folder."""
    assignment = assignments.load(Path.cwd())
    kept = recorded() if RECORDED.exists() else {}
    found = kept | record(assignment, sys.argv[1:] or assignment.notebooks)
    RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{RECORDED}: {RECORDED.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
