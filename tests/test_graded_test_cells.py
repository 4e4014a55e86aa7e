"""An assignment whose items test cells grade: points and parts of them, faults, what is stored, and what regrades."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import course_notebooks
import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.commands.release import release
from autograder.course import assignment as assignments
from autograder.grading import check_run, grader, import_closure
from autograder.grading.cache_key import PACKAGE_DIR, CacheKeys
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.report import CheckResult, ItemResult, Report, Verdict
from autograder.model.submission import Submission
from autograder.running import remote_cluster
from autograder.session.launcher import Zygote

CONFIG = (PACKAGE_DIR / "commands" / "templates" / "course" / "nbgrader_config.py.txt").read_text()
SCRIPT = '''
# %% given tools
import helper

# %% solution means
def squares(n):
    ### BEGIN SOLUTION
    return [k * k for k in range(n)]
    ### END SOLUTION

def mean(numbers):
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION

# %% test squares 2
"""The squares of 0 to n - 1."""
assert squares(3) == [0, 1, 4]
### BEGIN HIDDEN TESTS
assert squares(helper.double(2)) == [0, 1, 4, 9]
### END HIDDEN TESTS

# %% test mean 1
right = [mean([1, 2]) == 1.5, mean([1]) == 1, mean([-3, 3]) == 0]
sum(right) / 3 if sum(right) < 3 else 1

# %% test both 3
assert squares(2) == [0, 1] and mean([2, 4]) == 3
'''
CHECKS = '''
from autograder.checking import item

@item("both", weight=2)
def test_is_a_list(student):
    """The squares are a list."""
    assert isinstance(student.call("squares", 3), list)

@item("both", weight=3)
def test_of_nothing_is_nothing(student):
    """There are no squares below 0."""
    assert student.call("squares", 0) == [], "there is one"
'''
MEAN = "def mean(numbers):\n    return sum(numbers) {} len(numbers)"
SQUARES = "def squares(n):\n    return [k * k for k in range(n)]"
ANSWERS = {
    "ada": f"{SQUARES}\n{MEAN.format('/')}",
    "ben": f"{SQUARES}\n{MEAN.format('//')}",
    "cyd": "def squares(n):\n    return [0, 1] if n == 2 else [8]\ndef mean(numbers):\n    return 3",
}


def make(folder: Path, script: str = SCRIPT) -> Assignment:
    """Write a course folder, which has no settings of its own and no hidden side, and read its assignment."""
    source = folder / "source" / "numbers"
    source.mkdir(parents=True)
    (source / "helper.py").write_text("def double(x):\n    return 2 * x\n")
    nbformat.write(course_notebooks.notebook(script), source / "numbers.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG)
    return assignments.load(folder)


def submission(assignment: Assignment, student: str) -> Submission:
    notebook = course_notebooks.answer(
        assignment.source_notebook("numbers"), f"# %% solution means\n{ANSWERS[student]}\n"
    )
    return Submission(student, notebooks={"numbers": nbformat.writes(notebook).encode()})


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return make(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def zygote(numbers: Assignment) -> Iterator[Zygote]:
    with Zygote(None, files=numbers.given_files) as started:
        yield started


def scores(report: Report) -> dict[str, float | None]:
    return {item.id: item.score for item in report.items}


EXPECTED = {
    "ada": {"squares": 2, "mean": 1, "both": 3},
    "ben": {"squares": 2, "mean": pytest.approx(2 / 3, abs=1e-6), "both": 3},
    "cyd": {"squares": 0, "mean": 0, "both": 3},
}


@pytest.mark.parametrize("student", ANSWERS)
def test_a_number_is_the_points_and_a_part_of_them_is_kept(numbers: Assignment, zygote: Zygote, student: str) -> None:
    """Also when the report has been stored and read again."""
    report = grader.grade(submission(numbers, student), numbers, "seed", zygote)

    assert scores(report) == EXPECTED[student]
    assert Report.from_json(report.to_json()) == report
    assert report.total == pytest.approx(sum(item.score for item in report.items), abs=1e-6)


def test_a_result_that_was_stored_without_shares_is_read(numbers: Assignment, zygote: Zygote) -> None:
    """A share is written only where there is one."""
    report = grader.grade(submission(numbers, "ada"), numbers, "seed", zygote)

    assert "share" not in report.to_json()
    entry = json.loads(report.to_json())
    entry["items"][1]["checks"][0] |= {"verdict": "failed", "share": 0.5}
    assert Report.from_data(entry).items[1].checks[0].earned == 0.5


def test_one_item_can_be_graded_alone(numbers: Assignment, zygote: Zygote) -> None:
    """The test cells above it run, as it may need what they leave, and are not graded."""
    report = grader.grade(submission(numbers, "ben"), numbers, "seed", zygote, only={"mean"})

    assert scores(report) == {"mean": pytest.approx(2 / 3, abs=1e-6)}


def test_an_item_may_have_a_test_cell_and_checks(tmp_path: Path) -> None:
    """Each counts by its weight, that of the test cell is 1."""
    hidden = tmp_path / "autograder" / "assignments" / "numbers" / "checks"
    hidden.mkdir(parents=True)
    (hidden / "check_both.py").write_text(CHECKS)
    assignment = make(tmp_path)
    check_run.check_coverage(assignment)

    with Zygote(None, files=assignment.given_files) as zygote:
        report = grader.grade(submission(assignment, "cyd"), assignment, "seed", zygote)

    checks = {check.name: (check.weight, check.verdict) for check in report.item("both").checks}
    assert checks == {
        "test cell both": (1, Verdict.PASSED),
        "test_is_a_list": (2, Verdict.PASSED),
        "test_of_nothing_is_nothing": (3, Verdict.FAILED),
    }
    assert report.item("both").score == 1.5


def test_a_test_that_the_solution_fails_grades_nobody(tmp_path: Path) -> None:
    """No score, never 0, and a sentence for the instructor; the other items have theirs."""
    assignment = make(tmp_path, SCRIPT.replace("assert squares(2) == [0, 1]", "assert squares(2) == [1, 4]"))

    with Zygote(None, files=assignment.given_files) as zygote:
        report = grader.grade(submission(assignment, "ada"), assignment, "seed", zygote)

    assert scores(report) == {"squares": 2, "mean": 1, "both": None}
    assert report.item("both").verdict is Verdict.GRADER_FAULT
    assert "own solution" in report.item("both").reason


def test_a_cell_that_cannot_run_is_the_reason_for_what_is_missing(numbers: Assignment, zygote: Zygote) -> None:
    """The student reads of that error, not only that a name is not there."""
    notebook = course_notebooks.answer(
        numbers.source_notebook("numbers"), f"# %% solution means\ndef squares(n) return 1\n{MEAN.format('/')}\n"
    )
    work = Submission("eve", notebooks={"numbers": nbformat.writes(notebook).encode()})

    report = grader.grade(work, numbers, "seed", zygote)

    assert {item.verdict for item in report.items} == {Verdict.ERROR}
    assert "SyntaxError" in report.item("squares").reason


@pytest.mark.parametrize("text", [b"", b"no notebook", b'{"cells": 5}', None])
def test_a_notebook_that_cannot_be_read_has_its_verdict_in_each_item(
    numbers: Assignment, zygote: Zygote, text: bytes | None
) -> None:
    """As for hidden checks."""
    notebooks = {} if text is None else {"numbers": text}

    report = grader.grade(Submission("dan", notebooks=notebooks), numbers, "seed", zygote)

    assert {item.score for item in report.items} == {0}
    assert {item.verdict for item in report.items} == {Verdict.NOT_ATTEMPTED if text is None else Verdict.ERROR}


def test_the_canaries_are_tried_without_any_hidden_check(
    numbers: Assignment, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what must fail passes, no score counts."""
    check_run.check_coverage(numbers)
    fault = GraderFault("what must fail has passed")
    monkeypatch.setattr(check_run._Checks, "try_canaries", Mock(side_effect=fault))

    report = grader.grade(submission(numbers, "ada"), numbers, "seed", zygote)

    assert {item.score for item in report.items} == {None}


def test_what_a_result_depends_on_regrades_it(tmp_path: Path) -> None:
    """A changed test, helper or answer; nothing is graded again otherwise."""
    first = make(tmp_path / "first")
    same = make(tmp_path / "same")
    other_test = make(tmp_path / "test", SCRIPT.replace("mean([1]) == 1,", "mean([2]) == 2,"))
    other_helper = make(tmp_path / "helper")
    (tmp_path / "helper" / "source" / "numbers" / "helper.py").write_text("def double(x):\n    return x + x\n")

    def key(assignment: Assignment, student: str = "ada") -> object:
        return CacheKeys(assignment, "seed").of(submission(first, student))["mean"]

    assert key(first) == key(same)
    assert key(first).why_not(key(other_test)) == "the assignment changed"
    assert key(first).why_not(key(other_helper)) == "the assignment changed"
    assert key(first) != key(first, "ben")


def test_what_runs_the_tests_counts_as_the_grader() -> None:
    """Every module that is loaded by path into the two processes."""
    loaded = {*(PACKAGE_DIR / "test_cells").glob("*.py")} - {PACKAGE_DIR / "test_cells" / "__init__.py"}

    assert loaded <= import_closure.reached(PACKAGE_DIR, [PACKAGE_DIR / "running" / "worker.py"])


def test_files_beside_the_notebooks_reach_other_machines(numbers: Assignment, tmp_path: Path) -> None:
    """They travel with the course."""
    with zipfile.ZipFile(io.BytesIO(remote_cluster._packed(numbers))) as archive:
        archive.extractall(tmp_path)

    there = assignments.load(tmp_path)
    assert {name: path.read_bytes() for name, path in there.given_files.items()} == {
        name: path.read_bytes() for name, path in numbers.given_files.items()
    }


def test_what_is_not_released_is_not_given(tmp_path: Path) -> None:
    """Neither notebooks, nor settings, nor what the course's own list keeps back."""
    make(tmp_path)
    source = tmp_path / "source" / "numbers"
    for name in ("assignment.toml", "key.txt", ".ipynb_checkpoints/old.py", "data/rows.csv", "data/key.txt"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("")
    (source / "loop").symlink_to(source)
    (tmp_path / "nbgrader_config.py").write_text(f'{CONFIG}\nc.CourseDirectory.ignore = ["key.txt"]\n')

    assert sorted(assignments.load(tmp_path).given_files) == ["data/rows.csv", "helper.py"]


def test_libraries_need_no_naming(tmp_path: Path, numbers: Assignment) -> None:
    """What any cell imports of those that take time to load, unless the settings say otherwise."""
    script = SCRIPT.replace("import helper\n", "import helper, os.path, pandas as pd\n# import seaborn\n")
    script = script.replace("assert squares(2)", "from sklearn.svm import SVC\nassert squares(2)")
    assert numbers.libraries == ()
    assert make(tmp_path, script).libraries == ("pandas", "sklearn")

    (tmp_path / "source" / "numbers" / "assignment.toml").write_text("libraries = []\n")
    assert assignments.load(tmp_path).libraries == ()


def test_more_files_than_graders_take_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence that says what to do."""
    make(tmp_path)
    for number in range(1001):
        (tmp_path / "source" / "numbers" / f"{number}.txt").touch()

    with pytest.raises(ConfigError, match=r"1,002 files .* move what the notebooks do not read"):
        assignments.load(tmp_path)


def test_nbgrader_autograde_gives_what_autograder_grade_gives(tmp_path: Path) -> None:
    """The same scores in the same gradebook, parts of points too."""
    assignment = make(tmp_path)
    release(tmp_path, "numbers")
    for student in ANSWERS:
        folder = tmp_path / "submitted" / student / "numbers"
        folder.mkdir(parents=True)
        (folder / "numbers.ipynb").write_bytes(submission(assignment, student).notebooks["numbers"])

    python = [sys.executable, "-m"]
    found = []
    for command in (["autograder.cli", "grade", "submitted"], ["nbgrader", "autograde", "numbers", "--force"]):
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE_DIR.parent)}
        ended = subprocess.run(
            [*python, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        found.append(in_gradebook(tmp_path))
        (tmp_path / "gradebook.db").unlink()

    assert found == [EXPECTED, EXPECTED]


def in_gradebook(course_dir: Path) -> dict[str, dict[str, float | None]]:
    with Gradebook(f"sqlite:///{course_dir / 'gradebook.db'}") as gradebook:
        return {
            each.student.id: {grade.name: grade.auto_score for notebook in each.notebooks for grade in notebook.grades}
            for each in gradebook.assignment_submissions("numbers")
        }


def test_a_share_counts_for_as_much_of_the_item() -> None:
    """Of a check that has a weight, a share earns that share of it."""
    checks = [CheckResult("one", Verdict.FAILED, 1, seen="half", share=0.5), CheckResult("two", Verdict.PASSED, 3)]
    item = type("Item", (), {"id": "x", "points": 8.0, "heading": "x", "notebook": "n"})()

    scored = grader.score(item, checks)

    assert isinstance(scored, ItemResult)
    assert scored.score == 7
