"""What a result depends on, as digests: while they are the same, nothing is regraded."""

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
from ..course import hidden_side
from ..handin.run_limits import Limits
from ..model.assignment import Assignment, Item
from ..model.submission import Submission
from . import check_run
from .import_closure import imported_by, reached

PACKAGE_DIR = Path(__file__).resolve().parents[1]
WHAT_A_WORKER_RUNS = ("running/worker.py", "running/preloaded.py", "grading/canary.py", "checking.py")
# In the environment of a machine these decide a verdict: what computes it, what carries numbers and pictures, what
# reads and runs notebooks, what confines and watches. Machines that grade for one run must agree on them.
LIBRARIES = (
    "numpy", "tensorflow", "tensorflow-cpu", "keras", "matplotlib", "pillow", "scipy", "pandas",
    "pytest", "pluggy", "msgpack", "nbformat", "jsonschema", "ipython", "traitlets", "psutil", "sandlock", "pyseccomp",
)  # fmt: skip

NEW_SUBMISSION = "a new submission"
WRITTEN = "(written answers)"  # in the place of an item's id, for what a machine finds out about the answer sheets


@dataclass(frozen=True)
class CacheKey:
    """Digests of everything that the result of one item depends on."""

    work: str  # what the student sent
    checks: str  # the hidden checks of the item, with the references that they use
    given: str  # the instructor's side: points, heading, the cells that run around the student's
    grader: str  # engine, limits, libraries, seed

    def why_not(self, known: CacheKey) -> str:
        """Return the first thing in which this differs from an older key, in words; "" when nothing does."""
        changes = {
            "work": NEW_SUBMISSION, "checks": "its checks changed", "given": "the assignment changed",
            "grader": "the grader changed",
        }  # fmt: skip
        return next((text for name, text in changes.items() if getattr(self, name) != getattr(known, name)), "")


class CacheKeys:
    """Knows the key of every result in one run."""

    def __init__(self, assignment: Assignment, seed: str, *, weak: bool = False, limits: Limits = Limits()) -> None:
        """Read everything that does not depend on the submission."""
        self._assignment = assignment
        checks, hidden = check_run.collect(assignment), assignment.hidden_dir
        own = {item.id: [check for check in checks if check.item == item.id] for item in assignment.auto_items}
        self._with_files = {check.item for check in checks if check.takes_submission}
        libraries = _libraries(assignment.libraries)
        self._grader = digest([seed, weak, asdict(limits), engine_digest(hidden), libraries, _installed()])
        self._checks = {
            item_id: checks_digest({info.module for info in infos}, hidden) for item_id, infos in own.items()
        }
        files = {name: digest(path.read_bytes()) for name, path in assignment.given_files.items()}
        kit = digest([assignment.libraries, _graded_kit(assignment), files])
        self._given = {item.id: digest([kit, _given(item, assignment)]) for item in assignment.auto_items}
        texts = [assignment.sheet(name).text for name in assignment.sheets]
        self._written = CacheKey("", "", digest([kit, texts]), self._grader)  # no hidden check reads them

    def of(self, submission: Submission) -> dict[str, CacheKey]:
        """Return the key of each item's result by its id, and that of the written answers under WRITTEN."""
        notebooks = {name: digest(data) for name, data in submission.notebooks.items()}
        files, modules = digest(dict(submission.files)), digest(dict(submission.modules))
        keys = {
            item.id: CacheKey(
                digest([notebooks.get(item.notebook), modules, files if item.id in self._with_files else None]),
                self._checks[item.id],
                self._given[item.id],
                self._grader,
            )
            for item in self._assignment.auto_items
        }
        sheets = digest(dict(submission.sheets))
        written = CacheKey(sheets, self._written.checks, self._written.given, self._written.grader)
        return {**keys, WRITTEN: written}


def engine_digest(hidden: Path, package: Path = PACKAGE_DIR) -> str:
    """Return the digest of the code that runs where submissions are graded, without the checks of single items.

    Args:
        hidden: Folder of the hidden side, whose optional modules count, and what all of it imports from this package.
        package: The folder of this package, or of a copy.
    """
    optional = reached(hidden, _optional_modules(hidden))
    used = imported_by([*optional, *(hidden / hidden_side.CHECKS).rglob("*.py")], package)
    engine = reached(package, [*(package / name for name in WHAT_A_WORKER_RUNS), *used])
    settings = package / "grading" / "pytest.ini"
    data = [path for path in hidden.glob("*.*") if path.suffix != ".py"]
    return digest([__version__, _named(package, engine | {settings}), _named(hidden, optional), _contents(data)])


def checks_digest(modules: Iterable[str], hidden: Path) -> str:
    """Return the digest of some modules of a hidden side, of all that they import from there, and of its data."""
    files = [hidden.joinpath(*module.split(".")).with_suffix(".py") for module in modules]
    data = [path for path in (hidden / hidden_side.CHECKS).rglob("*.*") if path.suffix not in (".py", ".pyc")]
    return digest([_named(hidden, reached(hidden, files)), _contents(data)])


def _optional_modules(hidden: Path) -> list[Path]:
    """Return what grading loads of a hidden side besides its checks."""
    names = (hidden_side.TRAINING, hidden_side.FORMULA_DIAGNOSIS)
    files = [path for name in names for path in (hidden / f"{name}.py", hidden / name / "__init__.py")]
    return [path for path in files if path.is_file()]


@cache
def package_digest(libraries: tuple[str, ...]) -> str:
    """Return the digest of what decides a result on a machine, by which two machines find out whether they are alike.

    Args:
        libraries: Those that the assignment names; the assignment itself is sent from one machine to the other.
    """
    engine = reached(PACKAGE_DIR, [PACKAGE_DIR / name for name in WHAT_A_WORKER_RUNS])
    return digest([__version__, _named(PACKAGE_DIR, engine), _libraries(libraries)])


def digest(value: Any) -> str:
    """Return the SHA-256 of bytes, or of plain data as JSON in which bytes stand as their own digest."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = json.dumps(value, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()


def _graded_kit(assignment: Assignment) -> Mapping[str, str]:
    """Return the digests of what graded code may import of the kit."""
    if assignment.kit_dir is None:
        return {}
    left_out = tuple(f"{assignment.kit}/{folder}/" for folder in assignment.ungraded)
    return {name: value for name, value in _contents([assignment.kit_dir]).items() if not name.startswith(left_out)}


def _given(item: Item, assignment: Assignment) -> list[Any]:
    """Return what the instructor's notebook contributes to an item: code and its marks, not the prose."""
    cells = [cell for cell in assignment.source_notebook(item.notebook).cells if cell.cell_type == "code"]
    marked = [[cell.source, cell.metadata.get("nbgrader"), cell.metadata.get("tags")] for cell in cells]
    return [item.points, item.heading, item.notebook, marked, asdict(assignment.regions)]


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


def _libraries(named: Iterable[str]) -> dict[str, Any]:
    """Return the versions of Python and of the libraries that decide a verdict, those of the assignment included.

    The third number of Python's version counts, too: such a release changed what a long number may be read from.
    """
    found: dict[str, Any] = {"python": sys.version_info[:3], "optimize": sys.flags.optimize}
    for name in (*LIBRARIES, *named):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _installed() -> list[str]:
    """Return everything that is installed, with its version: a notebook may import it, and fails where it is missing.

    Only names of folders are read: the metadata of 170 distributions would take 50 ms.
    """
    return sorted(path.name for folder in site.getsitepackages() for path in Path(folder).glob("*.*-info"))
