"""Checks of the checking itself: they belong to no item, and each must have its expected result, or no check counts.

They run in the way of all checks, through the same pytest, with the same helpers. What makes a wrong answer pass there
(asserts that are left out, a comparison that is always true, a lost error) makes one of these pass as well.
"""

import numpy as np
import pytest

from ..checking import close, mismatch
from ..model.errors import GraderFault
from ..session.student import Student

WRONG, RIGHT = 7.0, np.array([[1.0, -2.0], [0.5, 4.0]])


@pytest.mark.canary("failed")
def test_a_false_statement_fails() -> None:
    """The plainest check of all."""
    assert RIGHT[0, 0] == WRONG


@pytest.mark.canary("failed")
def test_a_wrong_number_is_not_close() -> None:
    """Nor are numbers of which one is wrong, or none."""
    others = (RIGHT + np.eye(2) * 0.01, RIGHT.T, RIGHT[None], np.full((2, 2), np.nan), WRONG, None)
    assert any(close(got, RIGHT) for got in others)


@pytest.mark.canary("failed")
def test_a_wrong_number_has_a_message() -> None:
    """An empty text would say that the answer is right."""
    seen = mismatch("the answer", -RIGHT, RIGHT)
    assert not seen, seen


@pytest.mark.canary("passed")
def test_the_right_number_is_close(rng: np.random.Generator) -> None:
    """Or else nobody would get a point."""
    got = RIGHT + rng.uniform(-1e-9, 1e-9, RIGHT.shape)
    assert close(got, RIGHT)
    assert not mismatch("the answer", got, RIGHT)


@pytest.mark.canary("error")
def test_a_student_who_is_not_there_is_an_error(student: Student) -> None:
    """Nobody is: a canary has no notebook."""


@pytest.mark.canary("grader_fault")
def test_a_fault_is_a_fault() -> None:
    """It must give no score."""
    raise GraderFault("This is a rehearsal.")
