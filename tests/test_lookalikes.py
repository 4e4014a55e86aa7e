"""Like goes to like: copies are found however they are dressed, and honest answers to one question are left alone."""

from __future__ import annotations

import random

import pytest

from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.handin import filled_sheet
from autograder.marking import lookalikes
from autograder.marking.answers import question_of
from autograder.marking.lookalikes import SHORT, WRITE_UP, Group
from autograder.reports import render

ITEM_OF_STEPS = {key: item_id for item_id, key in demo_writing.STEPS.items()}
HONEST = [(ITEM_OF_STEPS.get(key, key), key) for key in demo_writing.texts()]


def groups(assignment, item_id: str, *texts: str) -> list[Group]:
    item = assignment.item(item_id)
    by_student = {f"s{number}": text for number, text in enumerate(texts)}
    return lookalikes.item_groups(by_student, item, assignment)


def model_answer(assignment, item_id: str) -> list[str]:
    for name in assignment.sheets:
        for entry in assignment.sheet(name).items:
            if entry.id == item_id:
                return [entry.model_answer]
    return []


def reworded(text: str, every: int) -> str:
    """Exchange some of the words for words of another language."""
    rng, words = random.Random(every), text.split(" ")
    for number in range(rng.randrange(every), len(words), every):
        words[number] = rng.choice(["vielleicht", "doch", "eben", "wohl"])
    return " ".join(words)


@pytest.mark.parametrize(("item_id", "key"), HONEST)
def test_honest_answers_to_one_question_are_left_alone(item_id: str, key: str, assignment):
    """Different words for the same thing, the model answer among them."""
    texts = demo_writing.texts()[key]

    assert len(texts) > 1
    assert groups(assignment, item_id, *texts, *model_answer(assignment, item_id)) == []


@pytest.mark.parametrize(("item_id", "key"), HONEST)
def test_a_copy_with_every_tenth_word_exchanged_is_found(item_id: str, key: str, assignment):
    """However short the answer is."""
    original, *others = demo_writing.texts()[key]
    (found,) = groups(assignment, item_id, original, *others, reworded(original, 10))

    assert found.students == ("s0", f"s{len(others) + 1}")
    assert not found.identical
    assert found.kind is (SHORT if item_id in demo_writing.SHORT else WRITE_UP)
    assert found.likeness >= found.kind.likeness


@pytest.mark.parametrize(
    "dress",
    [
        str.upper,
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(",", "").rstrip("."),
        lambda text: f"**{text}**",
        lambda text: f"{filled_sheet.ANSWER_MARK}\n\n> {text}",
    ],
)
def test_capitals_white_space_and_markup_hide_no_copy(dress, assignment):
    """Two such answers are identical."""
    text = demo_writing.texts()["cbow_structure"][0]
    (found,) = groups(assignment, "cbow_structure", text, dress(text))

    assert found.identical
    assert found.likeness == 1.0


def test_half_a_copied_write_up_is_found(assignment):
    """The other half in words of one's own."""
    first, second, _ = demo_writing.texts()["debias_subspace"]
    half = " ".join(first.split()[: len(first.split()) // 2])
    (found,) = groups(assignment, "debias_subspace", first, f"{half} {second[:300]}")

    assert found.is_write_up


def test_what_the_question_says_makes_nobody_alike(assignment):
    """Many begin by saying the question again."""
    question = question_of(assignment.item("attacks"), assignment).replace("> ", "")
    texts = demo_writing.texts()["attacks"]

    assert groups(assignment, "attacks", f"{question}\n\n{texts[0]}", f"{question}\n\n{texts[1]}", question) == []


def test_equal_formulas_make_nobody_alike(assignment):
    """The right result is one, and no more than that has to be the same."""
    formula = "```formula\ndJ/dv_c = (sigma(dot(u_o, v_c)) - 1) u_o + sum_k(sigma(dot(u_k, v_c)) u_k)\n```\n\n"
    first, second = demo_writing.texts()["steps_neg_v"]

    assert groups(assignment, "grad_neg_v", formula + first, formula + second, formula, formula) == []


def test_a_formula_block_that_is_never_closed_hides_nothing(assignment):
    """Only its own lines are left out."""
    text = demo_writing.texts()["steps_neg_v"][0]
    (found,) = groups(assignment, "grad_neg_v", f"```formula\nx\n\n{text}", text)

    assert len(found.students) == 2


def test_empty_and_tiny_answers_are_not_compared(assignment):
    """That two students write nothing, or "I don't know", says nothing."""
    assert groups(assignment, "attacks", "", "", "No idea.", "No idea.", filled_sheet.ANSWER_MARK) == []


def test_a_chain_of_copies_is_one_group(assignment):
    """And the likeness that is told is that of the weakest link."""
    first = demo_writing.texts()["defenses"][0]
    second = reworded(first, 9)
    third = reworded(second, 8)
    (found,) = groups(assignment, "defenses", first, second, third)

    assert found.students == ("s0", "s1", "s2")
    assert WRITE_UP.likeness <= found.likeness < 0.6


def test_all_pairs_are_compared(assignment):
    """Not a sample of them."""
    rng = random.Random(1)
    words = demo_writing.TEXTS.read_text(encoding="utf-8").split()
    texts = [" ".join(rng.sample(words, 60)) for _ in range(40)]
    texts += [reworded(text, 12) for text in texts[::4]]
    found = groups(assignment, "attacks", *texts)

    assert sorted(group.students for group in found) == sorted(
        tuple(sorted((f"s{number}", f"s{40 + number // 4}"))) for number in range(0, 40, 4)
    )


def test_a_megabyte_is_compared_by_its_beginning(assignment):
    """The test ends."""
    text = "word " * 200_000

    assert len(groups(assignment, "attacks", text, text + "more")) == 1


def test_the_class_report_lists_them(assignment, tmp_path):
    """Short answers apart from write-ups, with links to the students, and with nothing of theirs that acts."""
    import small_course

    item = assignment.item("attacks")
    excerpt = "<script>alert(1)</script> & more"
    found = [
        Group(item, WRITE_UP, ("ann", "bob"), False, 0.4567, excerpt),
        Group(assignment.item("neg_efficiency"), SHORT, ("bob", "eve"), True, 1.0, "K is small."),
    ]
    reports = [small_course.report(student, assignment) for student in ("bob", "ann", "eve")]
    page = render(reports, assignment, tmp_path, lookalikes=found).read_text()

    assert "Similar write-ups" in page
    assert "alike to 46% or more: “&lt;script&gt;alert(1)&lt;/script&gt; &amp; more”" in page
    assert "identical: “K is small.”" in page
    assert "<script>alert(1)" not in page
    assert "Similar" not in render(reports, assignment, tmp_path).read_text()
