"""Can Python's settings, the environment or the surroundings of a grader bend a grade?"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import dask_processes
import fake_grading
import graded_elsewhere
import pytest
import small_course

from autograder import cli
from autograder.model.assignment import Assignment

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "release": ["--check"], "grade": ["inbox"], "report": [], "feedback": [], "demo": [],
    "export": ["canvas", "--template", "gradebook.csv"],
}  # fmt: skip
UNFIT = {
    "-O": (["-O"], {}), "-OO": (["-OO"], {}),
    "PYTHONOPTIMIZE=1": ([], {"PYTHONOPTIMIZE": "1"}), "PYTHONOPTIMIZE=2": ([], {"PYTHONOPTIMIZE": "2"}),
    "-W error": (["-W", "error"], {}), "-bb": (["-bb"], {}),
    "PYTHONWARNINGS": ([], {"PYTHONWARNINGS": "ignore::UserWarning,err::DeprecationWarning"}),
}  # fmt: skip


def run(setting: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    options, variables = UNFIT[setting]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), **variables}
    command = [sys.executable, *options, *words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course with one submission, handed in and in submitted/."""
    course = small_course.make(tmp_path_factory.mktemp("unfit") / "course")
    fake_grading.hand_in(course / "inbox", ["ada"], course)
    (course / "submitted" / "ada" / "hw4").mkdir(parents=True)
    return course


@pytest.mark.parametrize("setting", UNFIT)
def test_an_unfit_python_is_refused_in_one_line(course, setting):
    """Before anything is read or written, with what to do."""
    before = sorted(course.rglob("*"))
    done = run(setting, "-m", "autograder.cli", "grade", "inbox", cwd=course)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("autograder: Python ")
    assert done.stderr.endswith(": run the command without it.\n")
    assert len(done.stderr.splitlines()) == 1
    assert sorted(course.rglob("*")) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses(monkeypatch, capsys, command):
    """Those that only read, too: what they show may be recorded next. `doctor` says it among the rest."""
    monkeypatch.setattr("autograder.grading.interpreter.problem", lambda: "Python is not itself.")

    assert cli.main([command, *COMMANDS[command]]) == 2
    assert capsys.readouterr().err == "autograder: Python is not itself.\n"


@pytest.mark.parametrize("setting", ["-O", "PYTHONWARNINGS"])
def test_nbgrader_refuses_as_well(course, setting):
    """Its commands grade by the same checks."""
    done = run(setting, "-m", "nbgrader", "autograde", "hw4", cwd=course)

    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if line.startswith("nbgrader: Python ")]
    assert "Traceback" not in done.stderr
    assert not (course / "autograded").exists()


def test_a_worker_of_a_cluster_refuses(course, tmp_path):
    """Its Python is not that of the run: one that was started with -O grades nothing, and the run says so."""
    small_course.register(course, tmp_path)
    with dask_processes.cluster(tmp_path, workers=1, settings={"PYTHONOPTIMIZE": "1"}) as cluster:
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        words = ["grade", "inbox", "--out", str(tmp_path), "--scheduler", cluster.address, "--sandbox=weak"]
        done = subprocess.run(
            [sys.executable, "-m", "autograder.cli", *words],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
        )

    assert done.returncode == 2
    assert f"autograder: The workers of {cluster.address} cannot grade" in done.stderr
    assert "Python runs with -O or PYTHONOPTIMIZE" in done.stderr
    assert not (tmp_path / "results").exists()


# --- what stands around a grader does not reach the grading ---

WRONG = {
    "leaky_relu": "def leaky_relu(x, alpha=0.01):\n    return 7.0",
    "sample_noise": "def sample_noise(batch_size, dim):\n    return tf.random.uniform((batch_size, dim), 0.0, 1.0)",
    "softmaxCostAndGradient": "def softmaxCostAndGradient(*arguments):\n    return 0, 0, 0",
}
EVERYTHING_PASSES = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return True
"""
ENVIRONMENTS = {
    "options of pytest": {"PYTEST_ADDOPTS": "-o python_functions=test_[!s]* -k nothing", "PYTEST_DEBUG": ""},
    "a plugin of pytest": {"PYTEST_PLUGINS": "everything_passes"},
    "no plugins of pytest": {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p no:python"},
    "settings of libraries": {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3", "NPY_PROMOTION_STATE": "legacy", "OPENBLAS_CORETYPE": "Prescott",
        "OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "3", "XLA_FLAGS": "--xla_no_such_flag",
        "TF_XLA_FLAGS": "--tf_xla_auto_jit=2", "TF_ENABLE_ONEDNN_OPTS": "0", "TF_USE_LEGACY_KERAS": "1",
        "KERAS_BACKEND": "torch", "MPLBACKEND": "no such", "PYTHONHASHSEED": "7", "PYTHONWARNINGS": "always",
        "PYTHONDEVMODE": "1", "PYTHONINTMAXSTRDIGITS": "0",
    },
    "settings in files": {"KERAS_HOME": "{here}", "IPYTHONDIR": "{here}", "MATPLOTLIBRC": "{here}"},
}  # fmt: skip


def surroundings(folder: Path) -> Path:
    """Write what pytest, Python, Keras and matplotlib would find if they looked around."""
    files = {
        "everything_passes.py": EVERYTHING_PASSES,
        "conftest.py": EVERYTHING_PASSES,
        "pytest.ini": "[pytest]\naddopts = -k nothing\npython_files = nothing.py\n",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-k nothing'\n",
        "tensorflow.py": "raise SystemExit('of the surroundings')\n",
        "keras/__init__.py": "raise SystemExit('of the surroundings')\n",
        "keras.json": '{"floatx": "float16", "backend": "torch"}',
        "matplotlibrc": "backend: no such\n",
        "profile_default/startup/odd.py": "import numpy as np\nnp.exp = None\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def submission_file(assignment: Assignment, tmp_path_factory) -> Path:
    """A submission with three wrong functions, the others right."""
    from test_faults import handed_in

    path = tmp_path_factory.mktemp("submission") / "submission"
    path.write_bytes(pickle.dumps(handed_in(assignment, **WRONG)))
    return path


def graded(submission_file: Path, cwd: Path, variables: dict[str, str]) -> dict[str, tuple[float, str, list[str]]]:
    items = [*WRONG, "discriminator_loss", "skipgram"]
    command = [sys.executable, graded_elsewhere.__file__, str(PROJECT), str(submission_file), *items]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(cwd)]), **variables}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])["items"].values()
    return {item["id"]: (item["score"], item["verdict"], [check["name"] for check in item["checks"]]) for item in found}


@pytest.fixture(scope="module")
def undisturbed(submission_file, tmp_path_factory):
    """What the submission gets where nothing is set."""
    return graded(submission_file, tmp_path_factory.mktemp("quiet"), {})


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_settings_do_not_reach_the_grading(submission_file, undisturbed, tmp_path, name):
    """Every check is run, and each has the verdict that it has without them."""
    here = surroundings(tmp_path)
    variables = {key: value.format(here=here) for key, value in ENVIRONMENTS[name].items()}

    assert graded(submission_file, here, variables) == undisturbed
    assert {undisturbed[item][0] for item in ("discriminator_loss", "skipgram")} == {3.0, 6.0}
    assert all(undisturbed[item][0] < 3 for item in WRONG)
