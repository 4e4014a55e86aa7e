"""Does the key of a stored result hold all that can change a verdict, and nothing that cannot?"""

from __future__ import annotations

import ast
import json
import pickle
import shutil
import site
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import graded_elsewhere
import pytest

import autograder
from autograder.grading import cache_key, import_closure
from autograder.grading.cache_key import CacheKeys
from autograder.handin.cell_plan import Cell
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote
from autograder.session.student import Student

PACKAGE = Path(autograder.__file__).resolve().parent
PROJECT = PACKAGE.parent
HIDDEN = "assignments/hw4"
GRADERS_ROOMS = ("session/", f"{HIDDEN}/checks/", f"{HIDDEN}/training")  # nothing there only reads or shows
ONLY_SHOW = ("reports/", "gradebook/", "lms/", "marking/", "commands/", "nbgrader/", f"{HIDDEN}/demo/")
# Whose a file is, and so what of it is graded.
READ_BY_INTAKE = {
    f"lms/{name}.py"
    for name in (
        "__init__", "blackboard", "brightspace", "canvas_names", "class_list", "downloads", "entries", "gradescope",
        "groups", "logins", "moodle",
    )
}  # fmt: skip
# Distributions that graders import and that decide no verdict, with the reason.
CARRIERS = {
    "distributed": "brings submissions to workers and results back",
    "dask": "its settings",
    "jinja2": "templates of pages",
    "pyyaml": "who sent what, in Gradescope's export",
    "pypdfium2": "draws the pages of a derivation for a person",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the package, to be changed and put right again."""
    folder = tmp_path_factory.mktemp("copy") / "autograder"
    return Path(shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__")))


def keys(package: Path, checks: Iterable[str]) -> dict[str, str]:
    """Return the digest of the engine, and those of some files of checks."""
    hidden = package / HIDDEN
    of_checks = {name: cache_key.checks_digest({f"checks.{name}"}, hidden) for name in checks}
    return {"engine": cache_key.engine_digest(hidden, package), **of_checks}


def touched_by(file: Path, package: Path) -> set[str]:
    """Return the keys that differ when one byte is added to a file.

    Those of checks are looked at for files beside them only, because they hold no others.
    """
    checks = sorted({path.stem for path in file.parent.glob("check_*.py")} if file.parent.name == "checks" else ())
    before, data = keys(package, checks), file.read_bytes()
    file.write_bytes(data + b"\n")
    after = keys(package, checks)
    file.write_bytes(data)
    return {name for name in before if before[name] != after[name]}


@pytest.fixture(scope="module")
def changes(copy) -> dict[str, set[str]]:
    """Which keys a change of each file touches, by the file's path in the package."""
    files = [path for path in sorted(copy.rglob("*")) if path.is_file()]
    return {path.relative_to(copy).as_posix(): touched_by(path, copy) for path in files}


def source_files(names: list[str]) -> set[str]:
    """Return those of the paths that are files of the package; a compiled module stands for its source."""
    found = set()
    for path in map(Path, names):
        if path.parent.name == "__pycache__":
            path = path.parent.parent / f"{path.name.partition('.')[0]}.py"
        if PACKAGE in path.parents and path.is_file():
            found.add(path.relative_to(PACKAGE).as_posix())
    return found


def test_whatever_a_worker_loads_is_in_the_key(assignment: Assignment, tmp_path, changes):
    """Modules, also those imported late, and other files of ours that it opens: there is no list of exceptions."""
    notebooks = {name: json.dumps(assignment.source_notebook(name)).encode() for name in assignment.notebooks}
    sheets = {name: assignment.sheet(name).text for name in assignment.sheets}
    (tmp_path / "submission").write_bytes(
        pickle.dumps(Submission("ada", notebooks, sheets, files={"word_vectors": b"none"}))
    )
    items = [item.id for item in assignment.auto_items]
    command = [sys.executable, graded_elsewhere.__file__, str(PROJECT), str(tmp_path / "submission"), *items]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    loaded, opened = source_files(told["loaded"]), source_files(told["opened"])

    assert {item["verdict"] for item in told["items"].values()} >= {"passed"}
    assert {"grading/grader.py", "grading/canary.py", f"{HIDDEN}/checks/networks.py", "checking.py"} <= loaded
    assert {"grading/pytest.ini"} <= opened
    assert {name for name in loaded | opened if not changes[name]} == {"assignments/__init__.py"}  # one docstring


def test_whatever_a_student_process_loads_is_in_the_key(zygote: Zygote, changes):
    """Its files are loaded by path, by names that no import of ours has."""
    cell = "import sys; files = [str(getattr(module, '__file__', '')) for module in list(sys.modules.values())]"
    with Student(zygote, [Cell("one", cell)]) as student:
        loaded = source_files(student.get("files"))

    assert "session/agent.py" in loaded
    assert {name for name in loaded if changes[name] != {"engine"}} == set()


def test_what_only_shows_results_is_not_in_the_key(changes):
    """A class is not graded again because its report looks different."""
    in_key = {name for name, touched in changes.items() if touched}

    assert {name for name in in_key if name.startswith(ONLY_SHOW)} == READ_BY_INTAKE
    assert not in_key & {"cli.py", "grading/check_table.py"}


def test_all_of_the_rooms_that_grade_is_in_the_key(changes):
    """Code, and what stands beside it."""
    assert {name for name, touched in changes.items() if name.startswith(GRADERS_ROOMS) and not touched} == set()


def test_a_changed_check_touches_the_items_that_rest_on_it(changes):
    """Its own, and of a shared module those whose checks import it, directly or not."""
    both_networks = {"check_discriminator", "check_generator"}

    checks = f"{HIDDEN}/checks"
    assert changes[f"{checks}/check_leaky_relu.py"] == {"check_leaky_relu"}
    assert changes[f"{checks}/networks.py"] == changes[f"{checks}/network_behaviour.py"] == both_networks
    assert changes[f"{checks}/fake_cost.py"] == {"check_skipgram"}
    assert changes[f"{HIDDEN}/training_replay.py"] == changes["checking.py"] == {"engine"}
    assert changes["grading/pytest.ini"] == {"engine"}


# --- how imports are read ---


def test_imports_are_found_wherever_they_stand():
    """Reading the lines that begin one misses none that the whole text holds, in any file of the package."""
    for path in PACKAGE.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        whole = {ast.unparse(node) for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))}

        assert {ast.unparse(node) for node in import_closure.imports(path.read_text())} >= whole, path


def test_every_way_to_import_counts(tmp_path):
    """Relative and absolute, of names and modules, within functions, by way of a package, by a process of its own."""
    package = tmp_path / "kit"
    texts = {
        "__init__.py": "",
        "start.py": "from . import (  # a comment (with brackets)\n    one,\n    room\n)\n'''\nimport of goods\n'''\n",
        "one.py": "def late():\n    from .room.two import name\n    import kit.three\n",
        "two.py": "", "three.py": "from kit import four\n", "four.py": "import session\n", "five.py": "",
        "room/__init__.py": "from ..five import \\\n    name\n", "room/two.py": "from .. import session_like\n",
        "room/alone.py": "", "session_like.py": "from .session.begin import start\n",
        "session/__init__.py": "", "session/begin.py": "", "six.py": "",
        "session/by_path.py": "from ..six import name\n",
    }  # fmt: skip
    for name, text in texts.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    found = {path.relative_to(package).as_posix() for path in import_closure.reached(package, [package / "start.py"])}

    assert found == texts.keys() - {"two.py", "room/alone.py"}


# --- what is installed ---


def test_the_libraries_that_graders_import_are_in_the_key():
    """Each distribution decides verdicts and is in the key with its version, or only carries results."""
    starts = [PACKAGE / name for name in cache_key.WHAT_A_WORKER_RUNS]
    files = import_closure.reached(PACKAGE, [*starts, *(PACKAGE / HIDDEN / "checks").glob("*.py")])
    nodes = [node for file in files for node in import_closure.imports(file.read_text())]
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    tops = {name.partition(".")[0] for name in named} - sys.stdlib_module_names
    siblings = {path.stem for path in (PACKAGE / "session").glob("*.py")}
    providers = metadata.packages_distributions()
    tops &= providers.keys() - siblings
    found = {name.lower().replace("_", "-") for top in tops for name in providers[top]}

    assert found - {"typing-extensions", "autograder"} - set(cache_key.LIBRARIES) - CARRIERS.keys() == set()


def test_another_library_or_another_python_is_another_key(assignment: Assignment, monkeypatch, tmp_path):
    """Also a package of which the kit knows nothing: a student's notebook may import it, and failed without it."""
    submission = Submission("ada", {"hw4_partI": b"{}"})

    def grader() -> str:
        return CacheKeys(assignment, "seed").of(submission)["leaky_relu"].grader

    found, usual = [grader()], site.getsitepackages()
    with monkeypatch.context() as patch:
        patch.setattr(site, "getsitepackages", lambda: [*usual, str(tmp_path)])
        (tmp_path / "word_tools-1.0.dist-info").mkdir()
        found.append(grader())
        (tmp_path / "word_tools-1.0.dist-info").rename(tmp_path / "word_tools-1.1.dist-info")
        found.append(grader())
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", (*sys.version_info[:2], sys.version_info[2] + 1, "final", 0))
        found.append(grader())
    with monkeypatch.context() as patch:
        version = metadata.version
        patch.setattr(metadata, "version", lambda name: "99" if name == "pluggy" else version(name))
        found.append(grader())

    assert len(set(found)) == len(found)
    assert grader() == found[0]
