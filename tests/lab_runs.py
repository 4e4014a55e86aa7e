"""Run a lab notebook on the mini stand-in at a small size, from what a release holds, and read what it shows.

    run = run_lab("attacks", {"IMAGES": 20}, lab_data)      # the fixture of this name
    assert run.holds["kappa_transfers"]

The overriding values go into a cell below the one tagged `parameters`, as papermill does it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.mini import make_mini

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
LABS = ("attacks", "distillation", "detection", "cbow", "debiasing")
DEADLINE_S = 600  # for one cell at a small size, which takes seconds; only a hang reaches it
RESULTS = re.compile(r"^RESULTS (\{.*\})$", re.MULTILINE)

# The first code cell of each lab, with the lab's name in the place of LAB.
SETUP_CELL = """\
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only

if "google.colab" in sys.modules and not Path("hw4kit").is_dir():
    for archive in Path().glob("*hw4*.zip"):
        shutil.unpack_archive(archive)
    if Path("hw4/hw4kit").is_dir():
        os.chdir("hw4")
if not Path("hw4kit").is_dir() and Path("../hw4kit").is_dir():
    os.chdir("..")  # from labs, where this notebook is, to the folder with hw4kit and the data
if not Path("hw4kit").is_dir():
    todo = "on Colab, upload hw4.zip and run this cell again; elsewhere, open the notebook in its folder, labs"
    raise FileNotFoundError(f"hw4kit is not in the folder above this one: {todo}.")
if "" not in sys.path:
    sys.path.insert(0, "")  # the folder with hw4kit

from hw4kit import environment, short_errors

short_errors.install(in_lab=True)  # one line where a cell needs what is not run yet
environment.check("labs/LAB")  # says which packages do not fit, and the command that fixes it"""


@dataclass(frozen=True)
class LabRun:
    """What a lab showed.

    Attributes:
        results: What its line RESULTS says: "lab", "figures" by key, "holds" by key.
        printed: All that was printed, the text of tables too.
        images: The pictures, PNG.
        pages: The HTML of tables.
        errors: What went to the standard error.
        notebook: The run notebook with all outputs.
    """

    results: dict[str, Any]
    printed: str
    images: list[str]
    pages: list[str]
    errors: str
    notebook: NotebookNode

    @property
    def figures(self) -> dict[str, float | None]:
        """Return the figures by key."""
        return self.results["figures"]

    @property
    def holds(self) -> dict[str, bool]:
        """Return whether each ordering holds, by key."""
        return self.results["holds"]


@pytest.fixture(scope="session")
def lab_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the mini stand-in."""
    return make_mini(tmp_path_factory.mktemp("mini"))


def run_lab(
    lab: str, parameters: Mapping[str, object], data: Path, *, cache: Path | None = None, last_cell: str = ""
) -> LabRun:
    """Run a lab from top to bottom; an error in a cell ends the test with its text.

    Args:
        lab: One of LABS.
        parameters: Values by name, in place of those of the notebook; empty: the notebook's own size.
        data: The data folder.
        cache: Where networks are kept; None: a folder that is gone afterwards, so that everything is computed.
        last_cell: Code that runs after the lab.
    """
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        folder = unpacked(Path(name))
        notebook = with_parameters(nbformat.read(folder / "labs" / f"{lab}.ipynb", as_version=4), parameters)
        if last_cell:
            notebook.cells.append(nbformat.v4.new_code_cell(last_cell, id="last"))
        environ = {**os.environ, "HW4_DATA": str(data), "HW4_CACHE": str(cache or folder / "cache")}
        client = NotebookClient(
            notebook, timeout=DEADLINE_S, kernel_name="python3", resources={"metadata": {"path": folder / "labs"}}
        )
        client.execute(env=environ)
    return read_run(notebook)


def unpacked(room: Path) -> Path:
    """Lay out in `room` what the labs read of a release: the notebooks in labs, and the kit above them."""
    for part in ("labs", "hw4kit"):
        shutil.copytree(SOURCE_DIR / part, room / part, ignore=shutil.ignore_patterns("__pycache__"))
    return room


def with_parameters(notebook: NotebookNode, parameters: Mapping[str, object]) -> NotebookNode:
    """Insert a cell with the values below the one tagged `parameters`; a name that this does not set is refused."""
    if not parameters:
        return notebook
    (place,) = [n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ())]
    known = set(re.findall(r"^(\w+)\s*=", notebook.cells[place].source, re.MULTILINE))
    assert parameters.keys() <= known, f"no parameter of the lab: {sorted(parameters.keys() - known)}"
    lines = [f"{name} = {value!r}" for name, value in parameters.items()]
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell("\n".join(lines), id="overridden"))
    return notebook


def read_run(notebook: NotebookNode) -> LabRun:
    """Return what a run notebook shows."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    streams = {"stdout": "", "stderr": ""}
    held: dict[str, list[str]] = {"image/png": [], "text/html": [], "text/plain": []}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] += output.text
        for kind in held:
            held[kind] += [output.data[kind]] if kind in output.get("data", {}) else []
    (line,) = RESULTS.findall(streams["stdout"])
    printed = "\n".join([streams["stdout"], *held["text/plain"]])
    return LabRun(json.loads(line), printed, held["image/png"], held["text/html"], streams["stderr"], notebook)
