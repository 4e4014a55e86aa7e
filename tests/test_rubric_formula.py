"""What the formula check ticks in a rubric, and what mark it suggests."""

import pytest

from autograder.course.mark_schemes import rubric_of
from autograder.course.rubric_text import read
from autograder.marking.formula_ticks import pre_ticked, suggested_points

WITH_SIGN = (
    "- **6** for steps\n- **3** for the result [formula]\n- **-1** once for a sign [sign]\n- **at most 2** if copied"
)
WITHOUT_SIGN = "- **6** for steps\n- **3** [formula] for the result\n  - **1** for one half\n  - **2** for the other"
RIGHT = "Right: it agrees."
SIGN = "Right except for the sign: everything has the opposite sign."
MISSING = "The term with u_o is missing, the rest is right."


@pytest.mark.parametrize(
    ("scheme", "status", "diagnosis", "ticks", "suggested"),
    [
        (WITH_SIGN, "right", RIGHT, {"2"}, (3.0, 3.0)),
        (WITH_SIGN, "wrong", SIGN, {"2", "3"}, (2.0, 3.0)),
        (WITH_SIGN, "wrong", MISSING, set(), (0.0, 3.0)),
        (WITH_SIGN, "undecided", "Not understood at column 7: the sign; a person decides.", set(), None),
        (WITH_SIGN, "empty", "There is no formula.", set(), None),
        (WITH_SIGN, None, None, set(), None),
        (WITHOUT_SIGN, "right", RIGHT, {"2.1", "2.2"}, (3.0, 3.0)),
        (WITHOUT_SIGN, "wrong", SIGN, set(), (0.0, 3.0)),
        ("- **9** for the final result", "right", RIGHT, set(), None),
    ],
)
def test_the_formula_check_ticks_its_own_rows(scheme, status, diagnosis, ticks, suggested):
    """By the tags of the scheme, never by its words; else a person decides."""
    rubric = read("grad", 9, scheme)

    assert pre_ticked(rubric, status, diagnosis) == ticks
    assert suggested_points(rubric, status, diagnosis) == suggested


def test_every_derivation_has_points_for_its_result(assignment):
    """And a deduction for a wrong sign."""
    for item in assignment.items:
        if item.graded_by == "formula":
            assert suggested_points(rubric_of(item, assignment), "right", RIGHT) is not None
            assert suggested_points(rubric_of(item, assignment), "wrong", SIGN)[0] > 0
