"""The rubric as data: its rows, its score, its JSON."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model.rubric import Criterion, Kind, Rubric, exact_sum

PARTS = (Criterion("2.1", Kind.POINTS, 1, "for the start"), Criterion("2.2", Kind.POINTS, 0.5, "for the end"))
RUBRIC = Rubric(
    "derivation",
    4.5,
    (
        Criterion("1", Kind.POINTS, 3, "for the result", accept=("any order",), refuse=("a guess",), by_formula=True),
        Criterion("2", Kind.POINTS, 1.5, "for the steps", parts=PARTS),
        Criterion("3", Kind.DEDUCTION, 1, "for a sign"),
        Criterion("4", Kind.CAP, 2, "if it is the gradient of another vector"),
    ),
    ("Steps may be in a PDF.",),
)
tenths = st.integers(1, 60).map(lambda number: number / 10)


@st.composite
def rubrics(draw) -> Rubric:
    """Rubrics in order: parts sum to their point, points to the item."""
    criteria: list[Criterion] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        parts = tuple(
            Criterion(f"{number}.{part}", Kind.POINTS, points, f"for part {part}")
            for part, points in enumerate(draw(st.lists(tenths, max_size=3)), start=1)
        )
        points = exact_sum(part.points for part in parts) if parts else draw(tenths)
        criteria.append(Criterion(str(number), Kind.POINTS, points, f"for point {number}", parts=parts))
    most = exact_sum(entry.points for entry in criteria)
    if draw(st.booleans()):
        criteria.append(Criterion("8", Kind.DEDUCTION, draw(st.floats(0.1, most).map(lambda x: round(x, 1))), "slip"))
    if draw(st.booleans()):
        criteria.append(Criterion("9", Kind.CAP, 0.0, "if copied"))
    return Rubric("item", most, tuple(criteria))


def test_rows_are_what_has_a_key():
    """Parts in the place of their point, deductions and caps in order."""
    assert [row.id for row in RUBRIC.rows] == ["1", "2.1", "2.2", "3", "4"]


@pytest.mark.parametrize(
    ("ticks", "adjustment", "score"),
    [
        ("", 0, 0),
        ("1", 0, 3),
        ("2", 0, 1.5),
        ("2.1", 0, 1),
        ("2 2.1", 0, 1.5),
        ("1 2.1 2.2", 0, 4.5),
        ("1 3", 0, 2),
        ("3", 0, 0),
        ("1 2 4", 0, 2),
        ("1 2 3 4", 0, 2),
        ("2.1 4", 0, 1),
        ("1", 0.5, 3.5),
        ("1 2", 3, 4.5),
        ("2.1", -3, 0),
        ("1 99 gone", 0, 3),
    ],
)
def test_score_follows_the_ticks(ticks, adjustment, score):
    """Points less deductions plus the adjustment, under the caps, never below 0 or above the points of the item."""
    assert RUBRIC.score(ticks.split(), adjustment) == score


@given(rubrics(), st.data(), st.integers(-50, 50).map(lambda number: number / 10))
def test_score_is_within_the_item_and_written_as_people_write_it(rubric, data, adjustment):
    """Tenths add up to tenths: never to 0.30000000000000004."""
    ticks = data.draw(st.sets(st.sampled_from([entry.id for entry in rubric.everything()])))
    score = rubric.score(ticks, adjustment)

    assert 0 <= score <= rubric.most
    assert score == round(score, 1)


@given(rubrics(), st.data())
def test_a_whole_is_its_parts(rubric, data):
    """Ticking a point, or every part of it, is the same; the order never counts."""
    points = [entry.id for entry in rubric.criteria if entry.kind is Kind.POINTS]
    ticks = data.draw(st.permutations(points))

    assert rubric.score(ticks) == rubric.most
    assert rubric.score(rubric.ticked_rows(ticks)) == rubric.most
    assert rubric.ticked_rows(ticks) == {row.id for row in rubric.rows if row.kind is Kind.POINTS}


@given(rubrics(), st.data())
def test_one_more_point_never_lowers_a_score(rubric, data):
    """And a deduction or a cap never raises it."""
    ids = [row.id for row in rubric.rows]
    ticks = data.draw(st.sets(st.sampled_from(ids)))
    row = data.draw(st.sampled_from(rubric.rows))
    before, after = rubric.score(ticks - {row.id}), rubric.score(ticks | {row.id})

    assert after >= before if row.kind is Kind.POINTS else after <= before


@pytest.mark.parametrize("adjustment", [float("nan"), float("inf"), float("-inf")])
def test_an_adjustment_is_a_number(adjustment):
    """What is no number is no mark."""
    with pytest.raises(ValueError, match="number of points"):
        RUBRIC.score((), adjustment)


def test_a_rubric_without_criteria_leaves_the_mark_to_the_adjustment():
    """So an item without a mark scheme can be marked."""
    assert Rubric("item", 4).score((), 2.5) == 2.5


def test_json_keeps_everything():
    """Rubrics are stored as JSON."""
    rubric = replace(RUBRIC, newest=12)

    assert Rubric.from_json(rubric.to_json()) == rubric
    assert "\n" not in rubric.to_json()
