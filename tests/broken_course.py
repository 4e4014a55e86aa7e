"""A small course that was graded once, ways to break it, and what a command says about that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fake_grading
import pytest
import small_course

from autograder.cli import main
from autograder.commands import grade
from autograder.grading import check_run

Situation = Callable[[Path], object]
Command = tuple[str, ...]

HEADER = "Student,ID,SIS Login ID,Section,hw4 (7)\n    Points Possible,,,,100.00\n"
PART_ONE, SHEET, BOOK, ROSTER = "source/hw4/hw4_partI.ipynb", "answers/adversarial.md", "gradebook.db", "gradebook.csv"
GRADE = ("grade", "inbox", "--jobs", "1")
REPORT, FEEDBACK = ("report",), ("feedback",)
EXPORT = ("export", "canvas", "--template", ROSTER)
RELEASE, CHECK, DEMO = ("release",), ("release", "--check"), ("demo",)
ADDED = len((small_course.PROJECT / "nbgrader_config.py").read_text().splitlines()) + 1  # the line that `config` adds

# `autograder` as a program, with the grader that takes milliseconds.
RUN = """
import sys
import fake_grading
from autograder import cli
from autograder.commands import grade

fake_grading.use()
grade.require_layers = lambda: None
sys.exit(cli.main(sys.argv[1:]))
"""


def make_graded(folder: Path) -> Path:
    """Make a small course of two students in a folder, and grade it."""
    course = small_course.make(folder)
    fake_grading.hand_in(course / "inbox", ["ada", "ben"], course)
    (course / ROSTER).write_text(f'{HEADER}"Lovelace, Ada",1,ada,A,\n"Bell, Ben",2,ben,A,\n')
    with pytest.MonkeyPatch.context() as patch:
        use_fakes(patch, course)
        assert main(GRADE) == 0
    return course


def use_fakes(patch: pytest.MonkeyPatch, course: Path) -> None:
    """Let commands run in a course without TensorFlow, hidden checks and confinement."""
    fake_grading.use(patch.setattr)
    patch.setattr(check_run, "check_coverage", lambda assignment: None)
    patch.setattr(grade, "require_layers", lambda: None)
    patch.chdir(course)


def program(
    command: Command, course: Path, environment: Mapping[str, str] = {}, code: str = RUN, **kw: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run `autograder` as a program, in a shell with only these settings of letters."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    paths = os.pathsep.join([str(Path(__file__).parent), str(small_course.PROJECT)])
    return subprocess.run(
        [sys.executable, "-c", code, *command], cwd=course, env=usual | {"PYTHONPATH": paths} | dict(environment),
        timeout=300, check=False, **({"capture_output": True} | kw),
    )  # fmt: skip


def one_line(command: Command, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that cannot be done, and return the line that it says."""
    capsys.readouterr()
    try:
        code = main(command)
    except SystemExit as exit:  # a command line that has no meaning
        code = exit.code if isinstance(exit.code, int) else 99
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("graded ")]  # the progress

    assert code == 2
    assert len(said) == 1, said
    assert said[0].startswith("autograder: ")
    assert said[0].endswith((".", "…")), said[0]
    assert "Traceback" not in said[0]
    assert "fault of the autograder" not in said[0]
    return said[0]


def table(cases: list[tuple[str, Situation, str]]) -> list[Any]:
    return [pytest.param(situation, sentence, id=name) for name, situation, sentence in cases]


def config(text: str) -> Situation:
    """Add lines to nbgrader_config.py."""

    def breaks(course: Path) -> None:
        with (course / "nbgrader_config.py").open("a") as file:
            file.write(text)

    return breaks


def cell(grade_id: str, change: Callable[[Any], object], notebook: str = "hw4_partI") -> Situation:
    """Change one cell of a source notebook, without asking nbformat whether it likes that."""

    def breaks(course: Path) -> None:
        path = course / "source" / "hw4" / f"{notebook}.ipynb"
        data = json.loads(path.read_text())
        change(next(cell for cell in data["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == grade_id))
        path.write_text(json.dumps(data))

    return breaks


def meta(known_as: str, **values: object) -> Situation:
    """Change metadata of nbgrader's; `...` takes an entry away."""

    def change(cell: Any) -> None:
        known = cell["metadata"]["nbgrader"]
        known.update(values)
        for name in [name for name, value in values.items() if value is ...]:
            del known[name]

    return cell(known_as, change)


def solution(source: str) -> Situation:
    return cell("leaky_relu_solution", lambda cell: cell.update(source=source))


def put(path: str, content: bytes) -> Situation:
    """Write a file, whatever is there."""

    def breaks(course: Path) -> None:
        remove(path)(course)
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_bytes(content)

    return breaks


def folder(path: str) -> Situation:
    """Put a folder in the place of a file."""

    def breaks(course: Path) -> None:
        remove(path)(course)
        (course / path).mkdir(parents=True)

    return breaks


def remove(path: str) -> Situation:
    def breaks(course: Path) -> None:
        target = course / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    return breaks


def link_to_itself(path: str) -> Situation:
    def breaks(course: Path) -> None:
        remove(path)(course)
        (course / path).symlink_to(course / path)

    return breaks
