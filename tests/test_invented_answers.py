"""The mark schemes decide: three invented answers to each question, marked by the words of its scheme."""

import tomllib
from pathlib import Path

import pytest

from autograder.course.mark_schemes import rubric_of
from autograder.grading import formulas
from autograder.handin import answer_length
from autograder.marking.answers import question_of
from autograder.marking.formula_ticks import formula_rows, pre_ticked
from autograder.model.rubric import Kind

ANSWERS = tomllib.loads(Path(__file__).with_name("invented_answers.toml").read_text(encoding="utf-8"))["answer"]
each_answer = pytest.mark.parametrize(
    "answer", [pytest.param(answer, id=f"{answer['item']}-{answer['kind']}") for answer in ANSWERS]
)


def test_every_marked_question_has_a_right_a_partly_right_and_a_plausible_answer(assignment):
    """Of each kind one; the right ones earn all points, the others do not."""
    kinds = {(answer["item"], answer["kind"]): answer["score"] for answer in ANSWERS}

    assert len(kinds) == len(ANSWERS)
    assert set(kinds) == {
        (item.id, kind) for item in assignment.person_items for kind in ("right", "partly", "plausible")
    }
    for item in assignment.person_items:
        assert kinds[item.id, "right"] == item.points
        assert max(kinds[item.id, "partly"], kinds[item.id, "plausible"]) < item.points


@each_answer
def test_ticks_are_rows_of_the_rubric_and_make_the_score(assignment, answer):
    """A changed scheme is tried on these answers again."""
    rubric = rubric_of(assignment.item(answer["item"]), assignment)

    assert set(answer["ticks"]) <= {row.id for row in rubric.rows}
    assert rubric.score(answer["ticks"]) == answer["score"]


@each_answer
def test_what_decides_stands_in_the_scheme(assignment, answer):
    """Word for word, so that two markers read the same."""
    rubric = rubric_of(assignment.item(answer["item"]), assignment)
    said = [text for entry in rubric.everything() for text in (entry.text, *entry.accept, *entry.refuse)]

    assert answer["by"]
    for words in answer["by"]:
        assert any(words in text for text in (*said, *rubric.notes)), words


@each_answer
def test_the_answer_keeps_to_the_length_that_is_asked_for(assignment, answer):
    """By the function with which students are warned."""
    question = question_of(assignment.item(answer["item"]), assignment)

    assert answer_length.too_long(question, answer["text"]) == ""


@pytest.mark.parametrize("answer", [pytest.param(a, id=f"{a['item']}-{a['kind']}") for a in ANSWERS if "formula" in a])
def test_the_formula_check_ticks_what_the_marker_ticks(assignment, answer):
    """The rows that it decides are those of the answer, the deduction for a sign included."""
    rubric = rubric_of(assignment.item(answer["item"]), assignment)
    block = {answer["item"]: f"```formula\n{answer['formula']}\n```"}
    checked = formulas.examine(block, [answer["item"]], assignment)[answer["item"]]
    decided = {row.id for kind in (Kind.POINTS, Kind.DEDUCTION) for row in formula_rows(rubric, kind)}

    assert checked.formula == answer["status"]
    assert pre_ticked(rubric, checked.formula, checked.diagnosis) == decided & set(answer["ticks"])
