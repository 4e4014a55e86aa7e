"""A rubric that changes while people mark: which point stays which, and what happens to the ticks."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rubric import rubrics

from autograder.course.rubric_text import read
from autograder.marking.rubric_change import ALIKE, _alike, carried_ticks, continued
from autograder.model.rubric import Criterion, Kind, Rubric

OLD = """- **3** for the final result
- **2** for the chain rule in the negative terms:
  - **1** for the inner derivative with its minus sign
  - **1** for the sum over all samples
- **1** for telling the target from the other words
- **-1** once for a sign error
- **at most 2** if it is the gradient of another vector"""


def rubric(scheme: str, most: float = 6) -> Rubric:
    return read("grad", most, scheme)


def ids(old: Rubric, new: str, most: float = 6) -> list[str]:
    return [entry.id for entry in continued(old, rubric(new, most)).everything()]


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (("final result", "final result in any form"), ["1", "2", "2.1", "2.2", "3", "4", "5"]),
        (("for telling", "for not telling"), ["1", "2", "2.1", "2.2", "3", "4", "5"]),
        (("for telling the target from the other words", "for the data"), ["1", "2", "2.1", "2.2", "6", "4", "5"]),
        (("- **-1** once for a sign error\n", ""), ["1", "2", "2.1", "2.2", "3", "5"]),
        (("**-1** once", "**-0.5** once"), ["1", "2", "2.1", "2.2", "3", "4", "5"]),
        (("**at most 2** if", "**-2** if"), ["1", "2", "2.1", "2.2", "3", "4", "6"]),
        (
            ("- **3** for the final result", "- **2** for the final result\n- **1** for the units"),
            ["1", "6", "2", "2.1", "2.2", "3", "4", "5"],
        ),
        (
            (
                "- **3** for the final result",
                "- **3** for the final result\n  - **2** for its terms\n  - **1** for its sign",
            ),
            ["1", "1.6", "1.7", "2", "2.1", "2.2", "3", "4", "5"],
        ),
        (
            (
                ":\n  - **1** for the inner derivative with its minus sign\n  - **1** for the sum over all samples",
                "",
            ),
            ["1", "2", "3", "4", "5"],
        ),
        (
            ("- **1** for telling the target from the other words\n", ""),
            ["1", "2", "2.1", "2.2", "4", "5"],
        ),
    ],
)
def test_an_edit_keeps_the_ids_of_what_is_the_same(edit, after):
    """Reworded, with other points, split, joined, deleted, added; the opposite is still the same point."""
    new = OLD.replace(*edit)
    most = 5 if edit[1] == "" and "telling" in edit[0] else 6

    assert new != OLD
    assert ids(rubric(OLD), new, most) == after


def test_order_does_not_matter():
    """A point is known by its text, also when it moves under another point or out of one."""
    moved = """- **1** for telling the target from the other words
- **-1** once for a sign error
- **1** for the sum over all samples
- **4** for everything else
  - **3** for the final result
  - **1** for the inner derivative with its minus sign"""

    assert ids(rubric(OLD), moved) == ["3", "4", "2.2", "6", "1", "2.1"]


def test_place_alone_makes_no_two_points_the_same():
    """The ticks of one reason are never given for another that stands in its place."""
    old = rubric("- **2** for the first reason\n- **2** for the numerator\n- **2** for the left side")
    new = "- **2** for the second reason\n- **2** for the denominator\n- **2** for the right side"

    assert ids(old, new) == ["4", "5", "6"]


def test_the_formula_check_keeps_its_point():
    """However it is worded: the tag says which it is."""
    old = rubric("- **5** for the result [formula]\n- **1** for steps\n- **-1** for a slip [sign]")
    new = "- **1** for steps\n- **5** for what comes out [formula]\n- **-0.5** once if minus is lost [sign]"

    assert ids(old, new) == ["2", "1", "3"]


def test_an_id_is_never_given_twice():
    """Also not that of a point that was deleted two versions ago: history still names it."""
    first = rubric("- **5** for the result\n- **1** for steps")
    second = continued(first, rubric("- **6** for the result"))
    third = continued(second, rubric("- **5** for the result\n- **1** for a picture"))

    assert [row.id for row in second.rows] == ["1"]
    assert [row.id for row in third.rows] == ["1", "3"]


def test_points_of_real_schemes_are_not_taken_for_each_other(assignment):
    """Two points of one scheme are never as alike as two wordings of one point."""
    for own in assignment.rubrics.values():
        for one, other in combinations(own.everything(), 2):
            assert _alike(one, other) < ALIKE, (one.text, other.text)


@pytest.mark.parametrize(
    ("new", "ticks", "carried"),
    [
        (OLD, "1 2 4", {"1", "2.1", "2.2", "4"}),
        (OLD.replace("- **-1** once for a sign error\n", ""), "1 4", {"1"}),
        (
            OLD.replace("final result", "final result\n  - **2** for its terms\n  - **1** for its sign"),
            "1 2.1",
            {"1.6", "1.7", "2.1"},
        ),
        ("- **5** for the chain rule in the negative terms\n- **1** for a", "2.1 2.2", {"2"}),
        ("- **5** for the chain rule in the negative terms\n- **1** for a", "2.1", set()),
        ("- **6** for a picture", "1 2.1 3 4", set()),
        (
            OLD.replace("- **2** for the chain", "- **3** for the chain")
            .replace("- **3** for the final", "- **2** for the final")
            .replace("over all samples", "over all samples\n  - **1** for a picture"),
            "2",
            {"2.1", "2.2"},
        ),
        (
            "- **6** for the final result\n  - **1** for telling the target from the other words\n  - **5** for maps",
            "1",
            {"1.6"},
        ),
    ],
)
def test_ticks_follow_their_points(new, ticks, carried):
    """A split point ticks its new parts, joined parts tick their point; what is new is never ticked by the way."""
    old = rubric(OLD)
    later = continued(old, rubric(new))

    assert carried_ticks(old, later, ticks.split()) == carried


@given(rubrics(), rubrics(), st.data())
def test_any_change_gives_every_point_one_id(old, new, data):
    """And keeps kinds, text, points and order of the new rubric; a change to itself changes nothing."""
    later = continued(old, new)
    known = [entry.id for entry in later.everything()]
    ticks = data.draw(st.sets(st.sampled_from([row.id for row in old.rows])))

    assert len(set(known)) == len(known)
    assert [(entry.kind, entry.text, entry.points) for entry in later.everything()] == [
        (entry.kind, entry.text, entry.points) for entry in new.everything()
    ]
    assert carried_ticks(old, later, ticks) <= {row.id for row in later.rows}
    assert continued(old, old).criteria == old.criteria
    assert carried_ticks(old, continued(old, old), ticks) == ticks


def test_kinds_never_mix():
    """A deduction that becomes points would turn every tick into its opposite."""
    deduction, points = (Criterion("1", kind, 1.0, "for a sign") for kind in (Kind.DEDUCTION, Kind.POINTS))

    assert continued(Rubric("x", 1, (deduction,)), Rubric("x", 1, (points,))).criteria[0].id == "2"
