"""What a student reads of a test cell that the code does not pass, from the notebook to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder import corpus
from autograder.commands.new import new
from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.model.report import CheckResult, Verdict
from autograder.session.launcher import Zygote, layer_problems

Grade = Callable[[str, str], CheckResult]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """A function that grades a solution and returns the result of one test cell."""
    folder = tmp_path_factory.mktemp("course")
    new(folder, "lab", tests="nbgrader")
    assignment = assignments.load(folder)
    with Zygote(None, weak=any(layer_problems().values())) as zygote:

        def run(item: str, solution: str) -> CheckResult:
            submission = corpus.only(item, solution, assignment)
            (result,) = grade(submission, assignment, "seed", zygote, only={item}).item(item).checks
            return result

        yield run


@pytest.mark.parametrize(
    ("solution", "verdict", "sentence", "seen"),
    [
        (
            "def running_mean(values, width):\n    raise NotImplementedError",
            Verdict.NOT_ATTEMPTED, "",
            "Not written yet: `running_mean(array([1, 3, 5]), 2)` raises NotImplementedError.",
        ),
        ("", Verdict.NOT_ATTEMPTED, "", "The notebook defines no `running_mean`."),
        (
            "def running_mean(values, width)\n    return values",
            Verdict.ERROR, "",
            "`running_mean` is not defined. "
            "The solution under \"Running mean\" raised SyntaxError: expected ':' (line 1 of its cell)",
        ),
        (
            "def running_mean(values, width):\n    return helper(values)",
            Verdict.ERROR, "Each entry is the mean of its window, in the order of the windows.",
            "`running_mean(array([1, 3, 5]), 2)` raised NameError: name 'helper' is not defined "
            "(running_mean, line 2 of its cell)",
        ),
        (
            "def running_mean(values, width):\n    raise SystemExit(3)",
            Verdict.ERROR, "Each entry is the mean of its window, in the order of the windows.",
            "`running_mean(array([1, 3, 5]), 2)` raised SystemExit: 3 (running_mean, line 2 of its cell)",
        ),
        (
            "def running_mean(values, width):\n    values.mean()",
            Verdict.FAILED, "Each entry is the mean of its window, in the order of the windows.",
            "The test ended with TypeError: unsupported operand type(s) for -: 'NoneType' and 'float'. "
            "`running_mean(array([1, 3, 5]), 2)` gave None",
        ),
    ],
    ids=["not_written", "not_there", "no_python", "raises", "ends_itself", "returns_nothing"],
)  # fmt: skip
def test_a_result_says_what_was_seen(check: Grade, solution: str, verdict: Verdict, sentence: str, seen: str) -> None:
    result = check("running_mean_small", solution)

    assert (result.verdict, result.sentence, result.seen) == (verdict, sentence, seen)


def test_points_that_are_a_number_are_a_share_of_the_item(check: Grade) -> None:
    solution = "def running_mean(values, width):\n    if width < 1:\n        raise ValueError\n    return values"
    result = check("running_mean_impossible", solution)

    assert (result.verdict, result.share, result.seen) == (Verdict.FAILED, 0.5, "")


def test_a_solution_that_prints_or_returns_points_earns_none(check: Grade) -> None:
    """The last value of a test is the test's own."""
    solution = "class Two(float):\n    pass\n\ndef running_mean(values, width):\n    print(2)\n    return Two(2)"
    result = check("running_mean_impossible", solution)

    assert (result.verdict, result.share) == (Verdict.FAILED, None)
