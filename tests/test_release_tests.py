"""`autograder release` tries each test cell: it passes with the solution and fails without, or the release says why."""

from __future__ import annotations

from pathlib import Path

import course_notebooks
import pytest

from autograder.commands.release import release
from autograder.course import assignment as assignments
from autograder.grading import release_check, test_cell_problems
from autograder.handin.cell_plan import Cell
from autograder.model.assignment import TestCell
from autograder.model.errors import GraderFault, SubmissionError
from autograder.model.report import Verdict
from autograder.nbgrader import release as releases
from autograder.session.notebook_process import CellOutcome
from autograder.session.tested_notebook import TestOutcome

SOLUTION = '''
# %% solution squares
def squares(n):
    """Return the squares of 0 to n - 1."""
    ### BEGIN SOLUTION
    return [k * k for k in range(n)]
    ### END SOLUTION

class Money:
    ### BEGIN SOLUTION
    def __init__(self, cents):
        self.cents = cents
    def __eq__(self, other):
        return True
    ### END SOLUTION
'''
CONFIG = (
    Path(releases.__file__).parents[1] / "commands" / "templates" / "course" / "nbgrader_config.py.txt"
).read_text()
# A test cell, and words of the sentence that says what is wrong with it and what to do.
UNFIT = {
    "wrong": ("assert squares(2) == [0, 2]", "does not pass with your own solution", "correct the test"),
    "too_few": ("squares(2)\n1", "gives 1 of 2 points to your own solution", "last value is to be 2"),
    "too_many": ("squares(2)\n5", "5 is no number of points from 0 to 2"),
    "magic": ("%run helper.py\nassert squares(1) == [0]", "the magic %run", "import the file"),
    "shell": ("!ls\nassert squares(1) == [0]", "a shell command", "write plain Python"),
    "no_python": ("assert squares(1) = [0]", "is no Python", "line 1): correct it"),
    "history": ("assert 'for' in In[1]", "reads `In`", "test what the code does"),
    "package": ("import no_such_package_here\nsquares(1)", "no_such_package_here", "install it"),
    "file": ("assert open('rows.csv').read()", "rows.csv", "put the file there"),
    "handles": ("assert Money(5) == Money(5)", "Money"),
    "skips": ("import pytest\nif squares(1): pytest.skip('later')", "skips itself"),
    "unknown": ("assert cubes(1) == [0]", "reads `cubes`", "define it in the test"),
}
CANNOT_FAIL = {
    "exists": ("assert callable(squares)", "all its 2 points", "nothing is written"),
    "nothing": ("x = 3", "all its 2 points", "nothing is written"),
    "half": ("score = 1\nif squares_work():\n    score = 2\nscore", "1 of its 2 points"),
}
FIT = {
    "right": "assert squares(3) == [0, 1, 4]",
    "counts": "score = 0\ntry:\n    score += 2 * (squares(2) == [0, 1])\nexcept NotImplementedError:\n    pass\nscore",
}
HELPER = """
# %% given helper
def squares_work():
    try:
        return squares(2) == [0, 1]
    except Exception:
        return False
"""


def course(folder: Path, tests: dict[str, str], settings: str = "") -> Path:
    """Write a course with one notebook that has these test cells, of two points each."""
    cells = "\n".join(f"# %% test {name} 2\n{source}\n" for name, source in tests.items())
    scripts = folder / "scripts" / "lab"
    scripts.mkdir(parents=True)
    (scripts / "lab.py").write_text(f"# %% text\nA lab\n{SOLUTION}\n{HELPER}\n{cells}")
    course_notebooks.make_sources(scripts.parent, folder)
    (folder / "source" / "lab" / "assignment.toml").write_text(settings)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, release_check.Problem]:
    """What is said of a notebook with all these test cells, by test."""
    sources = {name: source for name, (source, *_) in (UNFIT | CANNOT_FAIL).items()} | FIT
    assignment = assignments.load(course(tmp_path_factory.mktemp("course"), sources))
    problems = release_check.problems(assignment, releases.as_released(assignment))
    assert len({problem.test for problem in problems}) == len(problems)
    return {problem.test: problem for problem in problems}


@pytest.mark.parametrize("name", UNFIT)
def test_a_test_that_does_not_pass_with_the_solution_is_named_with_what_to_do(
    found: dict[str, release_check.Problem], name: str
) -> None:
    assert found[name].grades_nobody
    assert [words for words in UNFIT[name][1:] if words not in str(found[name])] == [], str(found[name])


@pytest.mark.parametrize("name", CANNOT_FAIL)
def test_a_test_that_cannot_fail_is_named(found: dict[str, release_check.Problem], name: str) -> None:
    assert not found[name].grades_nobody
    assert [words for words in CANNOT_FAIL[name][1:] if words not in str(found[name])] == [], str(found[name])


@pytest.mark.parametrize("name", FIT)
def test_nothing_is_said_of_a_test_that_is_fit(found: dict[str, release_check.Problem], name: str) -> None:
    assert name not in found


def test_the_release_names_all_such_cells_at_once_and_builds_nothing(tmp_path: Path, capsys) -> None:
    folder = course(tmp_path, {name: UNFIT[name][0] for name in ("wrong", "magic")})

    assert release(folder) == 2
    said = capsys.readouterr().out
    assert [words for words in ("test cell wrong: ", "test cell magic: ", "accepted_tests") if words not in said] == []
    assert not (folder / "release").exists()


def test_an_accepted_test_is_released(tmp_path: Path, capsys) -> None:
    tests = {"wrong": UNFIT["wrong"][0], "exists": CANNOT_FAIL["exists"][0]}
    folder = course(tmp_path, tests, 'accepted_tests = ["wrong"]')

    assert release(folder) == 1  # the other one is named, and does not stop the release
    said = capsys.readouterr().out
    assert "test cell exists: " in said
    assert "test cell wrong: " not in said
    assert (folder / "release" / "lab" / "lab.ipynb").is_file()


@pytest.mark.parametrize(
    ("source", "outcome", "words"),
    [
        ("f()", TestOutcome(lost=SubmissionError("did not end within 30 s", Verdict.TIMEOUT)), "let it do less"),
        ("f()", TestOutcome(lost=SubmissionError("needed more memory", Verdict.MEMORY)), "give it smaller data"),
        ("f()", TestOutcome(lost=GraderFault("a process broke")), "let a person mark the item"),
        (
            "import inspect\nassert 'for' in inspect.getsource(f)",
            TestOutcome(error={"kinds": ["OSError"], "text": "could not get source code"}), "test what the code does",
        ),
        (
            "from time import perf_counter\nassert perf_counter() < 1", TestOutcome(hint="failed", seen="too slow"),
            "count calls or steps instead",
        ),
        ("f()", TestOutcome(refused="`==` would let a Foo decide: compare data"), "compare data."),
    ],
    ids=["time", "memory", "fault", "source", "clock", "refused"],
)  # fmt: skip
def test_what_stops_a_test_is_told_with_what_to_do(source: str, outcome: TestOutcome, words: str) -> None:
    assert words in test_cell_problems.with_solution(TestCell("t", 2, source, "lab"), outcome)


@pytest.mark.parametrize(
    ("statement", "error", "words"),
    [
        ("import nothing as given", "ModuleNotFoundError: No module named 'nothing'", "install it for the autograder"),
        ("given = open('a.csv')", "FileNotFoundError: No such file or directory: 'a.csv'", "put the file beside"),
        ("given = fetched()", "URLError: no answer", "there is no network"),
        ("other = fetched()", "URLError: no answer", "define it in the test"),
    ],
)
def test_a_name_that_the_notebook_does_not_bind_here_is_told_with_why(statement: str, error: str, words: str) -> None:
    text = "name 'given' is not defined"
    outcome = TestOutcome(error={"kinds": ["NameError"], "text": text}, hint="not_attempted", seen=text)
    broken = CellOutcome(Cell("setup", statement), f"Line 1 could not run: {error}", Verdict.ERROR, statement)

    said = test_cell_problems.with_solution(TestCell("t", 2, "assert given", "lab"), outcome, broken=[broken])

    assert words in said
    assert (error in said) == statement.startswith(("import", "given"))


def test_a_library_that_the_assignment_does_not_name_is_told() -> None:
    unnamed = test_cell_problems.unnamed_libraries(["import pandas as pd", "from numpy import ones"], ["tensorflow"])
    outcome = TestOutcome(hint="failed", seen="`load()` gave a DataFrame")

    assert unnamed == ["pandas"]
    said = test_cell_problems.with_solution(TestCell("t", 2, "assert load()", "lab"), outcome, unnamed=unnamed)
    assert 'name "pandas" in `libraries` of assignment.toml' in said
