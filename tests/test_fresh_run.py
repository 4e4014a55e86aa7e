"""A fresh process runs a notebook as the grader does: with its packages and limits, without a network or programs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fresh_runs import Server

from autograder.handin import fresh_run
from autograder.handin.asked import Asked, GivenCell, Notebook, Role
from autograder.handin.cell_plan import Cell
from autograder.handin.fresh_run import Ran
from autograder.handin.problems import Unusable
from autograder.handin.run_limits import Limits

ASKED = Asked(
    "lab",
    {
        "one": Notebook(
            {"f": "f", "g": "g"},
            {},
            [
                GivenCell("setup", Role.TRAINING, "from pathlib import Path as P\nimport math, no_such_module"),
                GivenCell("f_try", Role.TRY, "print('ok' if f(3) == 6 else 'NO', P('a'))"),
                GivenCell("g_try", Role.TRY, "print(g(training))"),
            ],
        )
    },
    {},
    packages=("numpy",),
)
F = "def f(x):\n    return 2 * x"
Running = Callable[..., Ran]


@pytest.fixture(scope="module")
def server():
    server = Server([])
    yield server
    server.close()


@pytest.fixture
def running(server: Server) -> Running:
    def run(*sources: str, modules: dict[str, bytes] | None = None, limits: Limits = Limits()) -> Ran:
        cells = [Cell(f"number {number}", source) for number, source in enumerate(sources, start=1)]
        return fresh_run.run(ASKED, "one", cells, modules or {}, limits=limits, start=server.start)

    return run


def errors(found: Ran) -> list[str]:
    return [f"{outcome.cell.label[7:]}:{outcome.line} {outcome.error.partition(':')[0]}" for outcome in found.outcomes]


def test_functions_and_visible_checks(running: Running) -> None:
    """What a check imports in a skipped cell is there for it; one that needs what training made says nothing."""
    found = running(F, "def g(x):\n    raise NotImplementedError", "def f(x):\n    return P(x)")

    assert (found.defined, found.unwritten, found.outcomes) == (["f", "g"], ["g"], [])
    assert [cell.label for cell in found.made_in["f"]] == ["number 1", "number 3"]
    assert found.lacks == {"f": ["P"]}
    assert "NameError" in found.raised["f_try"]
    assert found.printed["g_try"] == ""

    assert running(F, "def g(x):\n    return x").printed == {"f_try": "ok a\n"}


def test_packages_that_the_grader_lacks_are_not_there(running: Running) -> None:
    """Neither for cells nor for modules of the student's own; libraries import what they need."""
    modules = {"mine.py": b"import pytest\n", "fine.py": b"import numpy, json\n"}
    found = running(
        "import pytest", "import mine", "import fine, numpy.random", "%%writefile own.py\nx = 3", "import own",
        modules=modules,
    )  # fmt: skip

    assert errors(found) == ["1:1 ModuleNotFoundError", "2:1 ModuleNotFoundError"]


def test_the_world_is_out_of_reach(running: Running) -> None:
    found = running(
        "import subprocess\nsubprocess.run(['ls'])",
        "import socket\nsocket.create_connection(('198.51.100.1', 80), timeout=3)",
        "import os\nassert os.system('ls') != 0",
        "import urllib.request\nurllib.request.urlopen('http://example.org')",
        "assert open('made.txt', 'w').write('x') == 1",
        "n = input()",
    )

    assert errors(found) == ["1:2 PermissionError", "2:2 PermissionError", "4:2 URLError", "6:1 EOFError"]


def test_what_ends_the_process_costs_its_cell(running: Running) -> None:
    """The next process runs the others."""
    found = running(F, "import os\nos._exit(3)", "def g(x):\n    return x")

    assert [outcome.text for outcome in found.outcomes] == [
        "The cell number 2 could not run: it ended Python (exit code 3)"
    ]
    assert found.defined == ["f", "g"]


def test_what_takes_too_long_costs_its_cell_or_its_check(running: Running) -> None:
    limits = Limits(cell_cpu_s=1.0)
    found = running("def f(x):\n    while True: pass", "while True: pass", "def g(x):\n    return x", limits=limits)

    assert [outcome.text for outcome in found.outcomes] == ["The cell number 2 could not run: it took longer than 1 s"]
    assert found.raised == {"f_try": "it took longer than 1 s"}
    assert found.defined == ["f", "g"]


def test_memory_has_a_limit(running: Running) -> None:
    found = running("x = bytearray(2 * 2**30)", F, limits=Limits(memory_mib=1024))

    assert errors(found) == ["1:1 MemoryError"]
    assert found.defined == ["f"]


def test_a_notebook_of_cells_that_end_the_process_is_given_up(running: Running) -> None:
    with pytest.raises(Unusable, match="cells had to be stopped"):
        running(*["import os\nos._exit(0)"] * 9)


def test_a_python_that_does_not_start_is_said(server: Server) -> None:
    def start(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])

    with pytest.raises(Unusable, match=r"could not be started .*exit code 3"):
        fresh_run.run(ASKED, "one", [Cell("number 1", F)], {}, start=start)
