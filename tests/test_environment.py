"""What the first cell says about the Python and the packages at hand, and whether the requirements fit what it says."""

from __future__ import annotations

import ast
import itertools
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import environment
from hw4kit.environment import EnvironmentUnfit, Machine, check, problems

SOURCE_DIR = Path(__file__).resolve().parents[1] / "source" / "hw4"
PARTS = ("hw4_partI", "hw4_partII")
LINUX = Machine((3, 12), "Linux", "x86_64", in_notebook=True)
WINDOWS = Machine((3, 12), "Windows", "AMD64")
APPLE = Machine((3, 12), "Darwin", "arm64")
INTEL_MAC = Machine((3, 12), "Darwin", "x86_64")
GOOD = {"numpy": "2.2.6", "matplotlib": "3.10.9", "tqdm": "4.70.1", "tensorflow": "2.21.0", "keras": "3.12.4"}
OLD_GOOD = {"numpy": "1.26.4", "matplotlib": "3.8.0", "tqdm": "4.66.0", "tensorflow": "2.16.2", "keras": "3.0.5"}
LAB_GOOD = {**GOOD, "pooch": "1.9.0", "scipy": "1.17.1", "scikit-learn": "1.9.1", "threadpoolctl": "3.8.0"}
LABS = tuple(key for key in environment.NEEDED if key.startswith("labs/"))


def requirements(name: str) -> list[Requirement]:
    lines = (SOURCE_DIR / name).read_text().splitlines()
    return [Requirement(line.partition("  #")[0]) for line in lines if line and not line.startswith(("#", "-r "))]


REQUIREMENTS, LAB_REQUIREMENTS = requirements("requirements.txt"), requirements("requirements-labs.txt")


def without(name: str) -> dict[str, str]:
    return {key: version for key, version in GOOD.items() if key != name}


NO_TENSORFLOW = without("tensorflow")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("installed", [GOOD, OLD_GOOD], ids=["new", "old"])
@pytest.mark.parametrize("machine", [LINUX, WINDOWS, APPLE, INTEL_MAC], ids=lambda machine: machine.system)
def test_nothing_is_wrong_where_all_is_there(part: str, installed: dict[str, str], machine: Machine) -> None:
    """The newest versions and the oldest that are good enough pass everywhere."""
    assert problems(part, machine, installed) == []


@pytest.mark.parametrize(
    ("machine", "installed", "what", "fix"),
    [
        (Machine((3, 9), "Linux", "x86_64"), GOOD, "This is Python 3.9", "python3.12 -m venv hw4env; hw4env/bin/pip"),
        (Machine((3, 9), "Windows", "AMD64"), GOOD, "This is Python 3.9", r"hw4env; hw4env\Scripts\pip"),
        (LINUX, NO_TENSORFLOW, "TensorFlow is missing.", "%pip install -r requirements.txt  Then restart"),
        (WINDOWS, without("numpy"), "NumPy is missing.", "Run: py -m pip install -r requirements.txt"),
        (LINUX, {}, "NumPy, Matplotlib, tqdm and TensorFlow are missing.", "%pip install -r requirements.txt"),
        (LINUX, {**GOOD, "numpy": "1.24.3"}, "NumPy 1.24.3 is too old", '%pip install --upgrade "numpy>=1.26,<2.4"'),
        (LINUX, {**GOOD, "tensorflow": "2.13.0"}, "TensorFlow 2.13.0 is too old", "--upgrade -r requirements.txt"),
        (LINUX, {**GOOD, "keras": "2.15.0"}, "Keras 2.15.0 is too old", '--upgrade "keras>=3"'),
        (INTEL_MAC, {**OLD_GOOD, "numpy": "2.0.1"}, "TensorFlow 2.16.2 does not work with NumPy 2.0.1.", '"numpy<2"'),
        (Machine((3, 14), "Linux", "x86_64"), NO_TENSORFLOW, "none for Python 3.14", "python3.12 -m"),
        (Machine((3, 13), "Darwin", "x86_64"), NO_TENSORFLOW, "on Intel Macs there is none", "python3.12 -m"),
        (Machine((3, 12), "Windows", "ARM64"), NO_TENSORFLOW, "none for Windows on ARM64", "the one for x86-64"),
        (Machine((3, 12), "Windows", "AMD64", 32), NO_TENSORFLOW, "32-bit Python", "(64 bits)"),
        (Machine((3, 12), "Darwin", "x86_64", translated=True), OLD_GOOD, "runs emulated", "for Apple silicon"),
        (Machine((3, 13), "Darwin", "x86_64", translated=True), {}, "runs emulated", "for Apple silicon"),
    ],
)  # fmt: skip
def test_each_problem_is_said_with_the_command_that_mends_it(
    machine: Machine, installed: dict[str, str], what: str, fix: str
) -> None:
    """One line: what is wrong, and what to type on this very machine."""
    found = problems("hw4_partI", machine, installed)

    assert found[0].blocks
    assert what in found[0].what
    assert fix in found[0].fix
    assert all(str(problem).isprintable() for problem in found)


@pytest.mark.parametrize("part", LABS)
def test_a_lab_names_the_requirements_of_the_labs(part: str) -> None:
    """Those of the two parts have neither SciPy nor scikit-learn; a lab that does not need a package runs without."""
    used = set(environment.NEEDED[part])
    missing = problems(part, LINUX, {})

    assert problems(part, LINUX, {name: LAB_GOOD[name] for name in used}) == []
    assert "%pip install -r requirements-labs.txt  Then restart" in missing[0].fix
    assert (
        "hw4env/bin/pip install -r requirements-labs.txt"
        in problems(part, Machine((3, 9), "Linux", "x86_64"), {})[0].fix
    )


def test_the_labs_ask_for_what_the_two_parts_have_and_what_the_check_names() -> None:
    """Each with the oldest version that the check takes."""
    asked = {each.name: str(each.specifier) for each in LAB_REQUIREMENTS}
    of_parts = {each.name.partition("-")[0] for each in REQUIREMENTS}

    assert "-r requirements.txt" in (SOURCE_DIR / "requirements-labs.txt").read_text().splitlines()
    assert asked.keys() == {name for part in LABS for name in environment.NEEDED[part]} - of_parts
    assert asked == {name: f">={environment.OLDEST[name]}" for name in asked}


def test_what_the_second_part_does_not_need_does_not_stop_it() -> None:
    """Part II runs without TensorFlow, and so on any Python from 3.11 on."""
    assert problems("hw4_partII", Machine((3, 14), "Darwin", "x86_64"), NO_TENSORFLOW) == []


def test_a_legacy_keras_and_versions_that_nobody_tried_are_noticed() -> None:
    """The first stops the notebook, the others are notes."""
    (legacy,) = problems("hw4_partI", LINUX, GOOD, {"TF_USE_LEGACY_KERAS": "1"})
    (newer,) = problems("hw4_partI", LINUX, {**GOOD, "tensorflow": "2.23.0rc1"})
    (numpy,) = problems("hw4_partII", LINUX, {**GOOD, "numpy": "2.4.0"})

    assert legacy.blocks
    assert "%env TF_USE_LEGACY_KERAS=0" in legacy.fix
    assert not newer.blocks
    assert not numpy.blocks
    assert "NumPy 2.4.0 is newer" in numpy.what
    assert "%pip install -r requirements.txt" in numpy.fix


@pytest.mark.parametrize("python", [(3, minor) for minor in range(11, 14)])
@pytest.mark.parametrize(("system", "processor"), [("Linux", "x86_64"), ("Linux", "aarch64"), ("Linux", "riscv64"),
    ("Darwin", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64"), ("Windows", "ARM64")])  # fmt: skip
def test_requirements_ask_for_tensorflow_where_it_exists(python: tuple[int, int], system: str, processor: str) -> None:
    """Once, or not at all: then pip does not fail, and the first cell says what to do."""
    platform = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}[system]
    marks = {"sys_platform": platform, "platform_machine": processor, "python_version": ".".join(map(str, python))}
    asked = [each for each in REQUIREMENTS if each.marker is None or each.marker.evaluate(marks)]
    (problem,) = problems("hw4_partI", Machine(python, system, processor), NO_TENSORFLOW)

    builds = [each.name for each in asked if each.name.startswith("tensorflow")]
    assert len(builds) == (0 if "there is none" in problem.what else 1)
    assert {each.name for each in asked} - set(builds) == {"numpy", "matplotlib", "tqdm", "pooch", "jupyterlab"}


def test_requirements_and_the_check_draw_the_same_lines() -> None:
    """What pip installs is good enough for the check, and what the check takes is what pip would leave alone."""
    for each in REQUIREMENTS:
        oldest = environment.OLDEST.get("tensorflow" if each.name.startswith("tensorflow") else each.name)
        assert oldest is None or f">={oldest}" in str(each.specifier)
    for name, untried in environment.UNTRIED.items():
        asked = [each.specifier for each in REQUIREMENTS if each.name.startswith(name)]
        intel_mac = "<2.17" if name == "tensorflow" else ""
        assert all(f"<{untried}" in str(each) or (intel_mac and intel_mac in str(each)) for each in asked)


def test_the_grader_runs_no_line_that_students_are_not_given() -> None:
    """Otherwise their code could not run in their own notebook as it does in the grader."""
    graded_with = [each for each in REQUIREMENTS if each.name.partition("-")[0] in environment.UNTRIED]
    here = [each for each in graded_with if each.marker is None or each.marker.evaluate()]

    assert len(here) == len(environment.UNTRIED)
    assert [each.name for each in here if not each.specifier.contains(metadata.version(each.name))] == []


def test_the_environment_of_these_tests_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    """One line with the versions."""
    check("hw4_partI")

    out = capsys.readouterr().out
    assert re.fullmatch(
        r"Python 3[.\d]+, NumPy \S+, Matplotlib \S+, tqdm \S+, TensorFlow \S+, Keras \S+: everything fits\.\n", out
    )


def test_a_notebook_shows_the_lines_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is wrong is there at once."""
    monkeypatch.setattr(
        environment,
        "installed_versions",
        lambda: {"numpy": "1.20", "keras": "2.1", "tqdm": "4.70", "tensorflow": "2.21"},
    )
    with pytest.raises(EnvironmentUnfit) as caught:
        check("hw4_partI")

    assert caught.value._render_traceback_() == [str(caught.value)]
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["Matplotlib", "NumPy", "Keras"]


@pytest.mark.parametrize(
    ("system", "raises", "words"),
    [
        ("Windows", 'ImportError("DLL load failed\\nmore")', ["(ImportError: DLL load failed).", "vc_redist.x64.exe"]),
        ("Linux", 'TypeError("Descriptors")', ["(TypeError: Descriptors).", "pip install --force-reinstall -r"]),
    ],
)
def test_a_tensorflow_that_does_not_load_is_said_with_what_mends_it(
    system: str, raises: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first cell says so, and no traceback of a library's comes with it."""
    (tmp_path / "tensorflow.py").write_text(f"raise {raises}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(
        environment, "this_machine", lambda: Machine((3, 12), system, "AMD64" if system == "Windows" else "x86_64")
    )
    monkeypatch.setattr(environment, "installed_versions", lambda: GOOD)
    with pytest.raises(EnvironmentUnfit) as caught:
        check("hw4_partI")

    assert len(str(caught.value).splitlines()) == 1
    assert all(word in str(caught.value) for word in words)


def test_what_tensorflow_writes_while_it_loads_is_not_shown(tmp_path: Path) -> None:
    """Students read a red block as an error. What is written later is shown."""
    (tmp_path / "tensorflow.py").write_text(
        "import os\nos.write(2, b'oneDNN custom operations are on')\nidentity = None\n"
        "def function(*_, **options):\n    os.write(2, b'Compiled cluster using XLA!')\n"
    )
    code = (
        "import os\nfrom hw4kit import environment\n"
        f"environment.installed_versions = lambda: {GOOD}\n"
        "environment.check('hw4_partI')\nos.write(2, b'later')"
    )
    path = os.pathsep.join([str(tmp_path), str(SOURCE_DIR)])
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )

    assert done.stderr == "later"
    assert done.stdout.endswith("everything fits.\n")


def test_it_runs_where_nothing_is_installed() -> None:
    """It imports the standard library only, and its syntax is that of any Python 3.8."""
    path = SOURCE_DIR / "hw4kit" / "environment.py"
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    imported = itertools.chain.from_iterable(
        [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )
    done = subprocess.run([sys.executable, "-I", "-S", path], capture_output=True, text=True, check=False)

    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert "are missing" in done.stderr
    assert done.returncode == 1
