"""The hidden checks against right and wrong solutions, each graded in a real confined process."""

from __future__ import annotations

from collections import Counter

import corpus_cases
import pytest

from autograder import corpus
from autograder.grading import check_run
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote

RIGHT, WRONG = corpus_cases.cases("right"), corpus_cases.cases("wrong")
FEWEST_RIGHT, FEWEST_WRONG = 8, 10
LONGEST_MESSAGE = 700  # characters; a student reads one for each lost check


@pytest.mark.parametrize("case", RIGHT + WRONG, ids=lambda case: case.id)
def test_solution_is_graded_as_its_folder_says(case: corpus_cases.Case, assignment: Assignment, zygote: Zygote) -> None:
    """A solution loses the points of the checks it is listed to fail, and no others; each loss is explained."""
    report = grade(
        corpus_cases.submission(case, assignment), assignment, "corpus", zygote, only={case.expected["item"]}
    )

    messages = [check.message for check in report.items[0].checks if check.verdict is not Verdict.PASSED]
    assert corpus.differences(case, report) == []
    assert all(0 < len(message) <= LONGEST_MESSAGE for message in messages)


def test_every_check_is_failed_by_a_wrong_solution_and_by_no_right_one(assignment: Assignment) -> None:
    """A check that cannot fail, or that fails right code, makes this test red."""
    checks = {check.name for check in check_run.collect(assignment)} | {"all"}  # where one reason fails them all

    assert corpus.checks_that_nothing_fails(assignment.course_dir, assignment.name) == []
    assert {name for case in WRONG for name in case.expected["failed"]} - checks == set()
    assert [case.id for case in RIGHT if case.expected["failed"]] == []
    assert [case.id for case in WRONG if not case.expected["failed"]] == []


def test_every_item_has_enough_solutions(assignment: Assignment) -> None:
    """Eight ways to be right and ten to be wrong, for each function that the checks grade."""
    right, wrong = (Counter(case.folder.parent.name for case in cases) for cases in (RIGHT, WRONG))
    functions = {item.id for item in assignment.auto_items} - {"word_vectors"}  # two small files, half as many cases

    assert {item for item in functions if right[item] < FEWEST_RIGHT} == set()
    assert {item for item in functions if wrong[item] < FEWEST_WRONG} == set()
    assert right["word_vectors"]
    assert wrong["word_vectors"]


def test_right_solutions_get_all_points_whatever_the_seed(assignment: Assignment, zygote: Zygote) -> None:
    """The random inputs of a run decide nothing about a right solution."""
    for number, case in enumerate(RIGHT[::4]):
        item_id = case.expected["item"]

        report = grade(corpus_cases.submission(case, assignment), assignment, f"seed {number}", zygote, only={item_id})

        assert report.total == assignment.item(item_id).points, (case.id, report.item(item_id).reason)
