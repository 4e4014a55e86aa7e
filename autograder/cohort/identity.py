"""What a result rests on, as digests: as long as they are the same, it need not be found out again."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__, check_run
from ..assignment import Assignment, Item
from ..intake import Submission
from ..session.watch import Limits

PACKAGE_DIR = Path(__file__).resolve().parents[1]
# Modules that decide what a result is; all others only read, move or show it.
ENGINE = (
    "cell_plan.py", "check_run.py", "course_kit.py", "evidence", "grading.py", "notebook_file.py", "own_cells.py",
    "report.py", "session",
)  # fmt: skip
WRITTEN_ENGINE = ("course_kit.py", "written/formulas.py", "written/sheet_sections.py", "written/sheets.py")
LIBRARIES = ("numpy", "keras", "tensorflow", "tensorflow-cpu", "ipython")

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
        self._with_files = check_run.items_with_files()
        self._grader = digest([seed, weak, asdict(limits), engine_digest(), _libraries()])
        self._checks = {item_id: checks_digest({info.module for info in infos}) for item_id, infos in own.items()}
        kit = digest(_contents([assignment.source_dir / "hw4kit"]))
        self._given = {item.id: digest([kit, _given(item, assignment)]) for item in assignment.auto_items}
        texts = [assignment.sheet(name).text for name in assignment.sheets]
        self._written = Grounds("", digest(_modules(WRITTEN_ENGINE)), digest([kit, texts]), self._grader)

    def of(self, submission: Submission) -> dict[str, Grounds]:
        """Return the grounds of each item's result by its id, and those of the written answers under WRITTEN."""
        notebooks = {name: digest(data) for name, data in submission.notebooks.items()}
        files = digest([submission.plot, submission.derivation])
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


@cache
def engine_digest() -> str:
    """Return the digest of the code that runs where submissions are graded, hidden checks not included."""
    return digest([__version__, _modules(ENGINE)])


@cache
def package_digest() -> str:
    """Return the digest of all that decides a result on a machine, by which two machines tell that they are alike."""
    return digest([engine_digest(), _modules(("checks", *WRITTEN_ENGINE)), _libraries()])


def checks_digest(modules: Iterable[str]) -> str:
    """Return the digest of some modules of `checks` with all that they import from there."""
    found, waiting = {"__init__"}, {"__init__", *modules}
    while waiting:
        found |= waiting
        waiting = {name for module in waiting for name in _imported(module)} - found
    return digest(_modules(["checks/pytest.ini", *(f"checks/{name}.py" for name in found)]))


@cache
def _imported(module: str) -> frozenset[str]:
    """Return the modules of `checks` that one of them imports."""
    tree = ast.parse((check_run.CHECKS_DIR / f"{module}.py").read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names |= {node.module.partition(".")[0]} if node.module else {alias.name for alias in node.names}
    return frozenset(name for name in names if (check_run.CHECKS_DIR / f"{name}.py").is_file())


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


def _modules(names: Iterable[str]) -> Mapping[str, str]:
    return _contents([PACKAGE_DIR / name for name in names])


def _contents(paths: Iterable[Path]) -> Mapping[str, str]:
    """Return the digests of files, and of those in folders, by their name from the folder on."""
    files = [(path.parent, file) for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    return {
        file.relative_to(parent).as_posix(): digest(file.read_bytes())
        for parent, file in files
        if file.is_file() and "__pycache__" not in file.parts
    }


def _libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a result may depend on."""
    found = {"python": ".".join(map(str, sys.version_info[:2]))}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
