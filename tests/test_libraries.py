"""Is a library loaded only where assignment.toml names it, and does a course elsewhere stay as hidden as this one?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.commands.new import new
from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.handin.cell_plan import Cell
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission
from autograder.running import worker
from autograder.session import launcher, zygote_factory
from autograder.session.launcher import SESSION_DIR, Zygote
from autograder.session.student import Student

NAMES_TENSORFLOW = (
    'def loaded():\n    import sys\n    return [n for n in ("tensorflow", "keras", "torch") if n in sys.modules]'
)
WITHOUT_TENSORFLOW = """
import sys

class Blocked:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked)
"""
READS = """
def reads(paths):
    import glob
    found = []
    for path in paths:
        try:
            found += [open(path).read(1), *glob.glob(path + "/*")]
        except OSError:
            pass
    return [str(entry) for entry in found]
"""


@pytest.fixture(scope="module")
def numpy_course(tmp_path_factory) -> Assignment:
    """A course outside of this repository, with the homework that `autograder new` writes."""
    folder = tmp_path_factory.mktemp("elsewhere")
    new(folder, "lab1")
    return assignments.load(folder)


@pytest.fixture
def no_tensorflow(tmp_path, monkeypatch) -> None:
    """Nothing can import TensorFlow: neither this process nor a zygote or what it forks."""
    folder = tmp_path / "session"
    shutil.copytree(SESSION_DIR, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for other in ("handin", "test_cells"):  # the reader of pictures loads modules from there, too
        shutil.copytree(SESSION_DIR.parent / other, tmp_path / other, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "libraries.py").read_text()
    (folder / "libraries.py").write_text(text.replace("\nimport importlib", f"{WITHOUT_TENSORFLOW}\nimport importlib"))
    for module in (launcher, zygote_factory):
        monkeypatch.setattr(module, "SESSION_DIR", folder)
    for name in ("tensorflow", "keras"):
        monkeypatch.setitem(sys.modules, name, None)


def solved(assignment: Assignment) -> Submission:
    return Submission(
        "ada", {name: nbformat.writes(assignment.source_notebook(name)).encode() for name in assignment.notebooks}
    )


def test_a_homework_without_tensorflow_is_graded_where_there_is_none(numpy_course, no_tensorflow):
    """All points, and no process has loaded it."""
    with Zygote(numpy_course.kit_dir, libraries=numpy_course.libraries) as zygote:
        report = grade(solved(numpy_course), numpy_course, "seed", zygote)
        with Student(zygote, [Cell("one", NAMES_TENSORFLOW)]) as student:
            loaded = student.call("loaded")

    assert [(item.id, item.score) for item in report.items] == [
        (item.id, item.points) for item in numpy_course.auto_items
    ]
    assert loaded == []
    assert "tensorflow" not in zygote.versions


def test_only_named_libraries_are_loaded(zygote, numpy_course):
    """They are loaded before the fork, so that no student process has to."""
    with Zygote(None) as bare, Student(bare, [Cell("one", NAMES_TENSORFLOW)]) as without:
        assert without.call("loaded") == []
    with Student(zygote, [Cell("one", NAMES_TENSORFLOW)]) as student:
        assert student.call("loaded") == ["tensorflow", "keras"]


def test_a_grader_never_imports_the_libraries_of_notebooks(numpy_course, tmp_path):
    """Not even a process that grades with two workers of its own."""
    program = f"""
import sys
from pathlib import Path
from autograder.course import assignment as assignments
from autograder.running import Settings, Store, grade_each
from autograder.model.submission import Submission
import nbformat

if __name__ == "__main__":
    assignment = assignments.load(Path({str(numpy_course.course_dir)!r}))
    notebooks = {{n: nbformat.writes(assignment.source_notebook(n)).encode() for n in assignment.notebooks}}
    sent = [Submission(name, notebooks) for name in ("ada", "ben", "cyd")]
    store, settings = Store(Path({str(tmp_path)!r}), assignment.name), Settings(jobs=2, weak=True)
    reports = [each.report for each in grade_each(sent, assignment, store, settings)]
    print([item.score for report in reports for item in report.items], "tensorflow" in sys.modules)
"""
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run([sys.executable, str(tmp_path / "program.py")], capture_output=True, text=True, check=False)

    full = [item.points for item in numpy_course.auto_items] * 3
    assert done.stdout.strip() == f"{full} False", done.stderr


def test_a_course_elsewhere_is_hidden_from_students(numpy_course):
    """Sources, hidden side and answers of the course, and the engine, wherever they are."""
    hidden = [*numpy_course.course_dir.iterdir()]
    checks = numpy_course.hidden_dir / "checks"
    engine = Path(worker.__file__).parents[1]
    secret = [
        *map(str, [checks, *checks.iterdir(), numpy_course.source_dir, *numpy_course.source_dir.iterdir()]),
        str(numpy_course.course_dir / "answers"), str(engine), str(engine / "checking.py"),
    ]  # fmt: skip
    with Zygote(numpy_course.kit_dir, hidden) as zygote, Student(zygote, [Cell("one", READS)]) as student:
        assert student.call("reads", [os.__file__]) == ["r"]
        assert student.call("reads", secret) == []
