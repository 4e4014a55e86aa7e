"""Garbage, in corpus/garbage/<item>: functions that run and have nothing to do with what is asked for."""

from __future__ import annotations

from pathlib import Path

import corpus_cases
import pytest

from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote

GARBAGE = sorted((corpus_cases.CORPUS / "garbage").glob("*/*.py"))
MOST_SHARE = 0.1  # of an item's points: for a habit that happens to be right
FEWEST = 10  # of an item


@pytest.mark.parametrize("path", GARBAGE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_garbage_earns_next_to_nothing(path: Path, assignment: Assignment, zygote: Zygote) -> None:
    """Zeros, constants, the input itself, random numbers, any old network: a tenth of the points at most."""
    item = assignment.item(path.parent.name)
    submission = corpus_cases.only(item.id, path.read_text(), assignment)

    (result,) = grade(submission, assignment, "garbage", zygote, only={item.id}).items

    assert result.score is not None, result.reason
    assert result.score <= MOST_SHARE * item.points, [check.name for check in result.checks]
    assert all(check.message for check in result.checks if check.verdict is not Verdict.PASSED)


def test_every_gan_function_has_garbage() -> None:
    """Each function of Part I is tried with at least ten."""
    found = [path.parent.name for path in GARBAGE]

    items = "leaky_relu sample_noise discriminator generator discriminator_loss generator_loss get_solvers".split()
    assert [item for item in items if found.count(item) < FEWEST] == []
