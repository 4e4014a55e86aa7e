"""What a result rests on, as digests: as long as they are the same, it need not be found out again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import site
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from ..session.watch import Limits
from . import check_run
from .import_closure import reached

PACKAGE_DIR = Path(__file__).resolve().parents[1]
WHAT_A_WORKER_RUNS = ("running/worker.py", "running/preloaded.py", "grading/canary.py")
# In the environment of a machine these decide a verdict: what computes it, what carries numbers and pictures, what
# reads and runs notebooks, what confines and watches. Machines that grade for one run must agree on them.
LIBRARIES = (
    "numpy", "tensorflow", "tensorflow-cpu", "keras", "matplotlib", "pillow", "scipy",
    "pytest", "pluggy", "msgpack", "nbformat", "jsonschema", "ipython", "traitlets", "psutil", "sandlock", "pyseccomp",
)  # fmt: skip

WRITTEN = "(written answers)"  # in the place of an item's id, for what a machine finds out about the answer sheets


@dataclass(frozen=True)
class Grounds:
    """Digests of everything that the result of one item rests on."""

    work: str  # what the student sent
    checks: str  # the hidden checks of the item, with the references that they use
    given: str  # the instructor's side: points, heading, the cells that run around the student's
    grader: str  # engine, limits, libraries, seed

    def why_not(self, known: Grounds) -> str:
        """Return the first thing in which these differ from older grounds, in words; "" when nothing does."""
        changes = {
            "work": "a new submission", "checks": "its checks changed", "given": "the assignment changed",
            "grader": "the grader changed",
        }  # fmt: skip
        return next((text for name, text in changes.items() if getattr(self, name) != getattr(known, name)), "")


class Identity:
    """Knows the grounds of every result in one run."""

    def __init__(self, assignment: Assignment, seed: str, *, weak: bool = False, limits: Limits = Limits()) -> None:
        """Read everything that does not depend on the submission."""
        self._assignment = assignment
        checks = check_run.collect()
        own = {item.id: [check for check in checks if check.item == item.id] for item in assignment.auto_items}
        self._with_files = {check.item for check in checks if check.takes_submission}
        self._grader = digest([seed, weak, asdict(limits), engine_digest(), _libraries(), _installed()])
        self._checks = {item_id: checks_digest({info.module for info in infos}) for item_id, infos in own.items()}
        kit = digest(_contents([assignment.source_dir / "hw4kit"]))
        self._given = {item.id: digest([kit, _given(item, assignment)]) for item in assignment.auto_items}
        texts = [assignment.sheet(name).text for name in assignment.sheets]
        self._written = Grounds("", "", digest([kit, texts]), self._grader)  # no hidden check reads them

    def of(self, submission: Submission) -> dict[str, Grounds]:
        """Return the grounds of each item's result by its id, and those of the written answers under WRITTEN."""
        notebooks = {name: digest(data) for name, data in submission.notebooks.items()}
        files = digest(dict(submission.files))
        grounds = {
            item.id: Grounds(
                digest([notebooks.get(item.notebook), files if item.id in self._with_files else None]),
                self._checks[item.id],
                self._given[item.id],
                self._grader,
            )
            for item in self._assignment.auto_items
        }
        sheets = digest(dict(submission.sheets))
        written = Grounds(sheets, self._written.checks, self._written.given, self._written.grader)
        return {**grounds, WRITTEN: written}


def engine_digest(package: Path = PACKAGE_DIR) -> str:
    """Return the digest of the code that runs where submissions are graded, without the checks of single items.

    Args:
        package: The folder of this package, or of a copy.
    """
    checks = package / check_run.CHECKS_DIR.relative_to(PACKAGE_DIR)
    grading = reached(package, [*(package / name for name in WHAT_A_WORKER_RUNS)])
    asked = {file for file in reached(package, checks.glob("*.py")) if file.parent != checks}
    return digest([__version__, _named(package, grading | asked | {package / "grading" / "pytest.ini"})])


def checks_digest(modules: Iterable[str], package: Path = PACKAGE_DIR) -> str:
    """Return the digest of some modules of `checks` with all that they import from there."""
    checks = package / check_run.CHECKS_DIR.relative_to(PACKAGE_DIR)
    found = reached(package, [checks / f"{name}.py" for name in modules])
    return digest(_named(package, (file for file in found if file.parent == checks)))


@cache
def package_digest() -> str:
    """Return the digest of all that decides a result on a machine, by which two machines tell that they are alike."""
    return digest([engine_digest(), _contents([check_run.CHECKS_DIR]), _libraries()])


def digest(value: Any) -> str:
    """Return the SHA-256 of bytes, or of plain data as JSON in which bytes stand as their own digest."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = json.dumps(value, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()


def _given(item: Item, assignment: Assignment) -> list[Any]:
    """Return what the instructor's notebook contributes to an item: code and its marks, not the prose."""
    cells = [cell for cell in assignment.source_notebook(item.notebook).cells if cell.cell_type == "code"]
    marked = [[cell.source, cell.metadata.get("nbgrader"), cell.metadata.get("tags")] for cell in cells]
    return [item.points, item.heading, item.notebook, marked]


def _named(package: Path, files: Iterable[Path]) -> Mapping[str, str]:
    return {file.relative_to(package).as_posix(): digest(file.read_bytes()) for file in files}


def _contents(paths: Iterable[Path]) -> Mapping[str, str]:
    """Return the digests of files, and of those in folders, by their name from the folder on."""
    files = [(path.parent, file) for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    return {
        file.relative_to(parent).as_posix(): digest(file.read_bytes())
        for parent, file in files
        if file.is_file() and "__pycache__" not in file.parts
    }


def _libraries() -> dict[str, Any]:
    """Return the versions of Python and of the libraries that decide a verdict.

    The third number of Python's version counts, too: such a release changed what a long number may be read from.
    """
    found: dict[str, Any] = {"python": sys.version_info[:3], "optimize": sys.flags.optimize}
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _installed() -> list[str]:
    """Return everything that is installed, with its version: a notebook may import it, and fails where it is missing.

    Only names of folders are read: the metadata of 170 distributions would take 50 ms.
    """
    return sorted(path.name for folder in site.getsitepackages() for path in Path(folder).glob("*.*-info"))
