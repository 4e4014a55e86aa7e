"""The same submissions under otter-grader as it comes: `otter run` for each notebook, with the same plain asserts.

`otter grade` would run the same in a Docker container for each submission.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import stock_nbgrader
import watched

from autograder.model.assignment import Assignment

IS_INSTALLED = importlib.util.find_spec("otter") is not None
TEST_FILE = """from otter.test_files import test_case

OK_FORMAT = False
name = {item!r}
points = {points}


@test_case(hidden=True)
def test(env):
    exec({source!r}, env)
"""


def run(folder: Path, assignment: Assignment, submissions: Mapping[str, Mapping[str, bytes]]) -> list[watched.Usage]:
    """Grade submissions, notebooks by student and name; return what each notebook took."""
    usages = []
    for name in assignment.notebooks:
        autograder = _autograder(folder / name, assignment, name)
        for student, notebooks in submissions.items():
            path = folder / student / f"{name}.ipynb"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(stock_nbgrader.without_training(json.loads(notebooks[name]))), encoding="utf-8")
            command = ["run", "-a", str(autograder), "-o", str(path.parent), "--no-logo", str(path)]
            usages.append(_otter(command, folder))
            results = path.parent / "results.json"
            if not results.exists():
                raise SystemExit(f"otter-grader did not grade {path.name}:\n{usages[-1].output[-2000:]}")
            results.unlink()
    return usages


def _autograder(folder: Path, assignment: Assignment, name: str) -> Path:
    """Make the zip of tests that `otter run` takes."""
    (folder / "tests").mkdir(parents=True)
    for item in assignment.auto_items:
        if item.notebook == name:
            source = stock_nbgrader.TESTS[item.id]
            text = TEST_FILE.format(item=item.id, points=item.points, source=source)
            (folder / "tests" / f"{item.id}.py").write_text(text, encoding="utf-8")
    _otter(["generate", "-t", "tests", "-o", "autograder.zip", "--no-requirements", "--no-environment"], folder)
    return folder / "autograder.zip"


def _otter(arguments: list[str], folder: Path) -> watched.Usage:
    return watched.run([sys.executable, "-m", "otter", *arguments], folder)
