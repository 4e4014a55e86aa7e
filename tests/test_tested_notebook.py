"""A notebook with test cells: what runs when, what is replaced when something dies, and who can reach what."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import given_names
from autograder.handin.cell_plan import Cell
from autograder.handin.run_limits import Limits
from autograder.model.assignment import TestCell
from autograder.model.errors import GraderFault, SubmissionError
from autograder.model.report import Verdict
from autograder.session import launcher, tested_notebook, zygote_factory
from autograder.session.launcher import SESSION_DIR, Zygote
from autograder.session.tested_notebook import TestedNotebook, TestOutcome, TestPlan

SQUARE = "def square(x):\n    return x * x"
BOTH = frozenset({"name:square", "name:look"})
SHORT = replace(Limits(), test_cell_cpu_s=0.5, next_test_cell_cpu_s=0.5, wall_factor=2.0)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What lies beside the notebooks."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "values.py").write_text("LARGEST = 9\n")
    (folder / "table.csv").write_text("1,2,3\n")
    return {"values.py": folder / "values.py", "data/table.csv": folder / "table.csv"}


@pytest.fixture(scope="module")
def zygote(files: dict[str, Path]) -> Iterator[Zygote]:
    with Zygote(None, files=files) as started:
        yield started


@pytest.fixture(scope="module", params=["one user", "a user for each process"])
def each_zygote(
    request: pytest.FixtureRequest, zygote: Zygote, files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Zygote]:
    """Two of them: root gives each process a user id of its own where everybody can reach the libraries."""
    if request.param == "one user":
        yield zygote
        return
    folder = tmp_path_factory.mktemp("engine")
    for source in (SESSION_DIR, SESSION_DIR.parent / "handin", SESSION_DIR.parent / "test_cells"):
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    module = folder / "session" / "confinement.py"
    reachable = "def reachable_by_all(path):\n    return True\n\n\ndef _prctl"
    module.write_text(module.read_text().replace("def _prctl", reachable, 1))
    with pytest.MonkeyPatch.context() as patch:
        for program in (launcher, zygote_factory):
            patch.setattr(program, "SESSION_DIR", folder / "session")
        with Zygote(None, files=files) as started:
            yield started


Run = Callable[..., dict[str, TestOutcome]]


@pytest.fixture
def run(zygote: Zygote) -> Iterator[Run]:
    """Runs cells with test cells, each given with how many cells run before it; `run.notebook` is what was started."""
    started: list[TestedNotebook] = []

    def run_notebook(cells: list[str], *tests: tuple[int, str], limits: Limits = SHORT, **options: object) -> dict:
        found = [
            TestCell(f"test_{number}", 1.0, source, "notebook") for number, (_, source) in enumerate(tests, start=1)
        ]
        places = {test.id: place for test, (place, _) in zip(found, tests, strict=True)}
        names = given_names.read(notebook_of(cells, found, places))
        plan = TestPlan(found, places, names, sources=options.pop("sources", None))
        planned = [Cell(f"cell {number}", text) for number, text in enumerate(cells)]
        run_notebook.notebook = TestedNotebook(options.pop("among", zygote), planned, plan, limits, **options)
        started.append(run_notebook.notebook)
        return run_notebook.notebook.run()

    yield run_notebook
    for notebook in started:
        notebook.close()


def notebook_of(cells: list[str], tests: list[TestCell], places: dict[str, int]) -> nbformat.NotebookNode:
    """Return the instructor's notebook: solutions, and the tests between them."""
    made = []
    for number in range(len(cells) + 1):
        for test in tests:
            if places[test.id] == number:
                made.append(new_code_cell(test.source, metadata={"nbgrader": {"grade_id": test.id, "grade": True}}))
        if number < len(cells):
            meta = {"nbgrader": {"grade_id": f"cell_{number}", "solution": True}}
            made.append(new_code_cell(cells[number], metadata=meta))
    return new_notebook(cells=made)


def why(outcome: TestOutcome) -> str:
    """Return what ended a test that did not end by itself."""
    return f"{outcome.error} {outcome.seen} {outcome.refused} {outcome.lost}"


def passed(outcomes: dict[str, TestOutcome]) -> list[bool]:
    for outcome in outcomes.values():
        assert not (outcome.ended and outcome.lost)
    return [outcome.ended for outcome in outcomes.values()]


# --- the order of things ---


def test_each_test_sees_what_the_cells_above_it_have_made(run: Run) -> None:
    """A function that a later cell defines anew is tested as it was, and then as it is."""
    outcomes = run(
        [SQUARE, "def square(x):\n    return x ** 3"], (1, "assert square(3) == 9"), (2, "assert square(3) == 27")
    )

    assert passed(outcomes) == [True, True], [why(outcome) for outcome in outcomes.values()]


def test_what_a_test_binds_is_there_for_the_cells_below(run: Run) -> None:
    """Also when the test has asked nothing after that."""
    outcomes = run([SQUARE, "seen = largest"], (1, "largest = 7"), (2, "assert seen == 7"))

    assert passed(outcomes) == [True, True], [why(outcome) for outcome in outcomes.values()]


def test_files_are_shared_and_modules_of_the_course_are_found(run: Run, each_zygote: Zygote) -> None:
    """Each side reads and changes what the other one writes; a helper may have the name of a module of the grader."""
    cell = (
        "import os, values\nos.mkdir('folder')\n"
        "def look(path):\n    return open(path).read()\n"
        "def append(path):\n    with open(path, 'a') as file:\n        return file.write('student')\n"
        "append('folder/mine.txt')\n"
        "def square(x):\n    return x * x if x <= values.LARGEST else 0"
    )
    test = (
        "import os, tempfile, values\nos.mkdir('tested')\n"
        "with tempfile.NamedTemporaryFile('w', suffix='.txt') as kept:\n"
        "    paths = ['folder/mine.txt', 'folder/its.txt', 'data/its.txt', 'its.txt', 'tested/its.txt', kept.name]\n"
        "    for path in [*paths, os.path.join(tempfile.mkdtemp(), 'its.txt')]:\n"
        "        with open(path, 'a') as file:\n            file.write('test')\n"
        "        append(path)\n"
        "        assert look(path) == open(path).read() and look(path).endswith('teststudent'), path\n"
        "assert look('data/table.csv') == open('data/table.csv').read() == '1,2,3\\n'\n"
        "assert square(values.LARGEST) == 81\n"
        "os.rename('its.txt', 'old.txt')\nos.remove('old.txt')\n"
        "assert not [path for path in ('its.txt', 'old.txt', kept.name) if os.path.exists(path)]"
    )

    assert passed(outcomes := run([cell], (1, test), limits=Limits(), among=each_zygote)) == [True], why(
        outcomes["test_1"]
    )


# --- what dies ---


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("import os; os._exit(0)", Verdict.ERROR),
        ("import os; os.close(3)", Verdict.ERROR),
        ("import os; os.write(3, b'x' * 100)", Verdict.ERROR),
        ("import ctypes; ctypes.string_at(0)", Verdict.ERROR),
        ("while True: pass", Verdict.TIMEOUT),
        ("import time; time.sleep(1000)", Verdict.TIMEOUT),
    ],
)
def test_a_function_that_ends_its_process_costs_the_tests_that_call_it(run: Run, body: str, verdict: Verdict) -> None:
    """Whatever a test makes of it. The others go on, and what stood before them has been done again."""
    outcomes = run(
        [f"{SQUARE}\ndef deadly(x):\n    {body}", "later = len(calls)"],
        (1, "calls = [square(1)]"),
        (1, "try:\n    deadly(1)\nexcept BaseException:\n    pass"),
        (2, "assert later == 1 and square(4) == 16"),
    )

    assert passed(outcomes) == [True, False, True], [why(outcome) for outcome in outcomes.values()]
    lost = outcomes["test_2"].lost
    assert isinstance(lost, SubmissionError)
    assert lost.verdict is verdict


def test_memory_of_a_function_has_a_limit(run: Run) -> None:
    """The test that called it gets the verdict."""
    cell = "kept = []\ndef square(x):\n    while True:\n        kept.append(bytearray(2 ** 24))"

    outcomes = run([cell], (1, "square(1)"), (1, "assert True"), limits=replace(Limits(), memory_mib=500))

    assert passed(outcomes) == [False, True]
    assert outcomes["test_1"].lost is None or outcomes["test_1"].lost.verdict is Verdict.MEMORY


def test_a_test_that_never_ends_is_the_loss_of_who_brings_it_about(run: Run) -> None:
    """A test that waits for a value that never comes ends; the next one has processes of its own."""
    outcomes = run(
        ["def square(x):\n    return 0"], (1, "while not square(1):\n    pass"), (1, "assert square(1) == 0")
    )

    assert passed(outcomes) == [False, True]
    assert outcomes["test_1"].lost.verdict is Verdict.TIMEOUT


def test_a_test_process_that_ends_itself_is_no_fault_of_the_students(run: Run) -> None:
    """No score, and a person looks; the tests below have a process of their own."""
    outcomes = run([SQUARE], (1, "import os\nos._exit(3)"), (1, "assert square(3) == 9"))

    assert passed(outcomes) == [False, True]
    assert isinstance(outcomes["test_1"].lost, GraderFault)


def test_the_notebook_has_a_limit(run: Run) -> None:
    """What was not reached when its time is used up gets no points, and a verdict that says why."""
    endless = (1, "square(1)")
    limits = replace(SHORT, notebook_cpu_s=1.2)

    outcomes = run(["def square(x):\n    while True: pass"], endless, endless, endless, endless, limits=limits)

    assert {outcome.lost.verdict for outcome in outcomes.values()} == {Verdict.TIMEOUT}
    assert "whole notebook" in str(outcomes["test_3"].lost)
    assert "whole notebook" in str(outcomes["test_4"].lost)


@pytest.mark.parametrize("of", ["student", "tests"])
def test_a_kill_from_outside_is_nobodys_error(run: Run, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    """The submission is graded again; what was killed twice at the same place has died of what happens there."""

    def ask(notebook: TestedNotebook, test: TestCell) -> dict:
        """Kill one of the processes when both are at work for the second test, once."""

        def run_killed(*args: object) -> dict:
            monkeypatch.setattr(tested_notebook.TestProcess, "run", usual)
            os.kill(notebook.pid if of == "student" else notebook._tester.pid, signal.SIGKILL)
            return usual(*args)

        if test.id == "test_2":
            monkeypatch.setattr(tested_notebook.TestProcess, "run", run_killed)
        return asked(notebook, test)

    asked, usual = TestedNotebook._asked_of_both, tested_notebook.TestProcess.run
    monkeypatch.setattr(TestedNotebook, "_asked_of_both", ask)
    tests = (1, "assert square(1) == 1"), (1, "assert square(2) == 4"), (1, "assert square(3) == 9")

    outcomes = run([SQUARE], *tests)

    assert run.notebook.killed_at == "test test_2"
    assert passed(outcomes) == [True, False, False]
    assert all(isinstance(outcomes[name].lost, GraderFault) for name in ("test_2", "test_3"))

    again = run([SQUARE], *tests, killed_before=["test test_2"])

    assert run.notebook.killed_at is None
    assert passed(again) == [True, False, True]
    assert again["test_2"].lost.verdict is Verdict.MEMORY


@pytest.mark.parametrize(
    "reply",
    [
        "{'ticket': agent._ticket}",  # that all is done
        "{'ticket': agent._ticket, 'value': {'ended': True}}",
        "{'ticket': 1, 'value': 9}",  # an answer to the test's own request
        "{'do': 'end'}",
        "{'do': 'call', 'ticket': 1, 'with': ()}",
    ],
)
def test_messages_of_a_students_own_gain_nothing(run: Run, reply: str) -> None:
    """Whether they come before or while a test asks: the test does not pass, and the next one has its processes."""
    cell = (
        f"import gc, sys\nagent = next(each for each in gc.get_objects() if type(each).__name__ == 'Agent')\n"
        f"def forge():\n    agent._channel.send({reply})\n    return 9\n"
        f"def square(x):\n    return forge() if x == 3 else x * x"
    )

    outcomes = run([cell], (1, "assert square(3) == 10"), (1, "assert square(2) == 4"))

    assert passed(outcomes) == [False, True], [why(outcome) for outcome in outcomes.values()]


# --- who reaches what ---

WORD = "quailbrush"  # the pattern below matches it, and is not what it matches
LOOKS = """
import gc, os, re, sys
PATTERN = re.compile(rb"quail[b]rush")
kept = []
def keep(word):
    kept.append(word)
def square(x):
    return x * x
def holds(value):
    try:
        data = value if isinstance(value, (str, bytes)) else repr(value) if type(value) in (dict, list, tuple) else ""
        return PATTERN.search(data if isinstance(data, bytes) else data.encode()) is not None
    except Exception:
        return False
def look():
    found = [type(each).__name__ for each in gc.get_objects() if holds(each)]
    frame = sys._getframe()
    while frame is not None:
        found += [name for name, value in frame.f_locals.items() if holds(value)]
        frame = frame.f_back
    for folder, _, files in os.walk("."):
        found += [name for name in files if holds(open(os.path.join(folder, name), "rb").read())]
    return found + [span for span in parts_of_memory() if holds(content(span))]
def parts_of_memory():
    with open("/proc/self/maps") as file:
        lines = [line.split() for line in file]
    return [line[0] for line in lines if line[1].startswith("rw") and not line[-1].startswith("[v")]
def content(span):
    import ctypes
    start, end = (int(part, 16) for part in span.split("-"))
    return ctypes.string_at(start, end - start)
"""


def test_nothing_of_a_test_is_in_reach_of_the_student(run: Run) -> None:
    """Neither objects nor frames, nor files, nor the memory of the process hold a word of the test's text."""
    test = f"# {WORD}\nassert square(9) == 81, '{WORD}'\nassert look() == [], '{WORD}'"
    told = f"keep('{WORD}')\nassert 'list' in look()"  # it finds what is there

    outcomes = run([LOOKS], (1, test), (1, told), limits=Limits())

    assert passed(outcomes) == [True, True], [why(outcome) for outcome in outcomes.values()]


REACHES = """
import os, signal, ctypes
def listed(path):
    try:
        return os.listdir(path)
    except PermissionError:
        return []
def attempts(pid):
    def fails(action):
        try:
            action()
        except (OSError, ValueError):
            return True
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    tries = {
        "signal": lambda: os.kill(pid, signal.SIGUSR1),
        "memory": lambda: open(f"/proc/{pid}/mem", "rb"),
        "environment": lambda: open(f"/proc/{pid}/environ", "rb"),
        "status": lambda: open(f"/proc/{pid}/status", "rb"),
        "descriptors": lambda: os.listdir(f"/proc/{pid}/fd"),
        "others": lambda: os.listdir("/proc"),
        "home": lambda: os.listdir(os.path.dirname(os.getcwd())),
    }
    refused = [name for name, action in tries.items() if not fails(action)]
    if libc.ptrace(16, pid, 0, 0) == 0:
        refused.append("trace")
    return refused
"""


def test_student_and_tests_are_strangers(run: Run, each_zygote: Zygote) -> None:
    """Neither can signal, trace or read the other one; a test has its home where the student cannot look."""
    check = (
        "import os\nassert attempts(os.getpid()) == []\n"
        "assert os.environ['HOME'] != os.getcwd() and os.listdir(os.environ['HOME']) == []\n"
        "assert not listed(os.environ['HOME'])\n"
    )
    own = REACHES.replace("def attempts", "def own_attempts")
    test = f"{own}\nassert own_attempts(pid()) == []\n{check}"

    outcomes = run([f"{REACHES}\ndef pid():\n    return os.getpid()"], (1, test), limits=Limits(), among=each_zygote)

    assert passed(outcomes) == [True], why(outcomes["test_1"])


def test_a_test_imports_nothing_that_the_student_wrote(run: Run) -> None:
    """What the tests get of a module in the working folder has run in the student's process."""
    cell = (
        "import os\nopen('tools.py', 'w').write('import os\\nPID = os.getpid()')\nimport tools\n"
        "def pid():\n    return os.getpid()"
    )
    test = (
        "import os\ntry:\n    import tools\n    found = tools.PID\nexcept ImportError:\n    found = pid()\n"
        "assert found == pid() != os.getpid()\n"
        "import sys\nassert not {'', '.', os.getcwd()} & set(sys.path)"
    )

    outcomes = run([cell], (1, test))

    assert not run.notebook.outcomes
    assert passed(outcomes) == [True], why(outcomes["test_1"])


def test_what_the_course_gives_cannot_be_overwritten(run: Run) -> None:
    """A student's module of the same name is left out, and no cell writes over a file of the course."""
    cell = "import values\ntry:\n    open('values.py', 'w')\nexcept PermissionError:\n    kept = values.LARGEST"

    outcomes = run([cell], (1, "assert kept == 9"), modules={"values.py": b"LARGEST = 10\n"})

    assert passed(outcomes) == [True], why(outcomes["test_1"])


def test_nobody_works_while_nobody_asks(run: Run, zygote: Zygote) -> None:
    """Threads of a student's stand still after the last test, and nothing is left when the notebook is closed."""
    cell = (
        "import threading, time\ncounted = [0]\ndef count():\n    while True:\n        counted[0] += 1\n"
        "        open('count.txt', 'w').write(str(counted[0]))\n        time.sleep(0.001)\n"
        "threading.Thread(target=count, daemon=True).start()"
    )
    run([cell, SQUARE], (2, "assert square(2) == 4"))
    notebook = run.notebook
    states = []
    for _ in range(200):  # the signal that stops them may still be on its way
        states = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            for pid in (notebook.pid, notebook._tester.pid)
        ]
        if states == ["T", "T"]:
            break
        time.sleep(0.01)

    assert states == ["T", "T"]
    notebook.close()
    assert not [*zygote.folder.glob("scratch-*")]


def test_code_that_breaks_the_process_of_the_tests_loses_that_test_alone(run: Run) -> None:
    """Nobody has to look: the solution does not break it, and neither does chance twice."""
    test = "import ctypes\nif square(4) == 7:\n    ctypes.string_at(0)\nassert square(4) == 16"
    cells = ["def square(x):\n    return 9 if x == 3 else 7"]
    allowed = frozenset({"name:square"})

    outcomes = run(cells, (1, "assert square(3) == 9"), (1, test), (1, "assert square(3) == 9"), sources=allowed)

    assert passed(outcomes) == [True, False, True]
    assert isinstance(outcomes["test_2"].lost, SubmissionError)


def test_code_that_takes_no_seed_loses_the_test_that_seeds(run: Run) -> None:
    cell = (
        "import gc\n"
        "def fail(**_):\n    raise ValueError\n"
        "def square(x):\n"
        "    for each in gc.get_objects():\n"
        "        if type(each).__name__ == 'StudentSide':\n"
        "            each.handlers['seed'] = fail\n"
        "    return x * x"
    )

    outcomes = run([cell], (1, "import random\nassert square(3) == 9\nrandom.seed(5)"), (1, "assert square(3) == 9"))

    assert isinstance(outcomes["test_1"].lost, SubmissionError)
    assert outcomes["test_2"].ended
