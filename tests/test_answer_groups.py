"""One decision for answers that are the same, and never for two that a marker would mark differently."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace

import answer_pairs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.marking import answer_groups, likeness_order, misspellings, plain_tokens
from autograder.marking.answer_groups import Compared, Group, groups
from autograder.marking.student_answers import Answer, Status
from autograder.model.report import FormulaStatus

QUESTION = "> In one sentence, summarize the structural difference between skip-gram and CBOW."
KINDS = tomllib.loads(answer_pairs.PAIRS.read_text(encoding="utf-8"))
WORDS = "skip gram cbow center context vector average sum predicts window word one every rare frequent".split()


def grouped(*texts: str | Compared, question: str = QUESTION, splits: tuple[str, ...] = ()) -> list[Group]:
    answers = [text if isinstance(text, Compared) else Compared(text) for text in texts]
    return groups({f"s{number:04}": answer for number, answer in enumerate(answers)}, question, splits)


def members(found: list[Group]) -> list[tuple[str, ...]]:
    return [group.students for group in found]


def a_class(count: int, seed: int = 1) -> list[str]:
    """Return answers of which a third occurs more than once."""
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=rng.randrange(5, 40))) for _ in range(count * 2 // 3)]
    return texts + rng.choices(texts, k=count - len(texts))


@pytest.mark.parametrize("kind", KINDS["different"])
def test_a_difference_that_changes_the_mark_keeps_two_answers_apart(kind: str):
    """Whatever else is the same."""
    pairs = [pair for pair in answer_pairs.pairs("different") if pair[0] == kind]

    assert len(pairs) >= 8
    assert [pair for pair in pairs if answer_pairs.are_one_group(*pair[1:])] == []


@pytest.mark.parametrize("kind", KINDS["same"])
def test_a_difference_that_means_nothing_makes_no_second_decision(kind: str):
    """Layout, capitals, notation, typing errors, words without meaning."""
    pairs = [pair for pair in answer_pairs.pairs("same") if pair[0] == kind]

    assert [pair for pair in pairs if not answer_pairs.are_one_group(*pair[1:])] == []


def test_large_groups_come_first_and_every_student_once():
    """The most is settled by the first decisions."""
    found = grouped("one", "two", "Two.", "three", "two", "one", "four")

    assert members(found)[:2] == [("s0001", "s0002", "s0004"), ("s0000", "s0005")]
    assert sorted(student for group in found for student in group.students) == [f"s000{n}" for n in range(7)]


def test_a_group_says_whether_its_members_wrote_the_same():
    """And names one student for each spelling, the most frequent first."""
    identical, nearly = (
        grouped("The average counts.", "the average counts", "*the* average  counts"),
        grouped("CBOW averages vectors", "CBOW averages the vectors", "CBOW averages the vectors."),
    )

    assert identical[0].identical
    assert not nearly[0].identical
    assert nearly[0].spellings == ("s0001", "s0000")


def test_who_was_taken_out_of_a_group_stands_alone():
    """Also two of them with the same text."""
    found = grouped("one", "one", "one", "one", splits=("s0001", "s0003"))

    assert sorted(members(found)) == [("s0000", "s0002"), ("s0001",), ("s0003",)]


@pytest.mark.parametrize("field", ["beside", "formula", "diagnosis"])
def test_what_stands_beside_the_text_has_to_be_the_same(field: str):
    """Pictures, a PDF, what the checker says of the formula."""
    found = grouped(*(Compared("The same words.", **{field: value}) for value in ("", "one", "two", "one")))

    assert members(found)[0] == ("s0001", "s0003")
    assert len(found) == 3


def test_an_answer_that_a_person_has_to_look_for_is_only_like_one_with_the_same_files():
    """Nothing of it is in the text."""
    written = Answer("ann", "attacks", "The same words.", "1", Status.WRITTEN, references="[2]")
    elsewhere = Answer("ann", "attacks", "", "1", Status.ELSEWHERE)
    long = replace(written, text="word " * answer_groups.LONGEST)

    def are_one(one: Answer, **other: object) -> bool:
        return len(grouped(answer_groups.compared(one), answer_groups.compared(replace(one, **other)))) == 1

    assert are_one(written, digest="2", references="")
    assert not are_one(written, beside="3")
    assert not are_one(written, formula=FormulaStatus.WRONG)
    assert not are_one(elsewhere, digest="2")
    assert not are_one(long, digest="2")
    assert are_one(elsewhere)


def test_right_formulas_are_one_however_they_are_written():
    """The checker has compared their values."""
    plain = Compared("```formula\ndJ/du_w = (yhat_w - y_w) v_c\n```\n\nSee above.", formula="right")
    latex = Compared("```formula\n\\mathbf{v}_c(\\hat{y}_w - y_w)\n```\nSee above.", formula="right")

    assert len(grouped(plain, latex)) == 1


def test_a_right_formula_with_one_quantity_more_says_more():
    """The gradient of a word that is drawn m times, where others give it for one draw."""
    once, often = (Compared(f"```formula\n{factor}sigma(u_k^T v_c) v_c\n```", formula="right") for factor in ("", "m "))

    assert len(grouped(once, often)) == 2


def test_wrong_formulas_are_one_only_if_they_are_the_same():
    """Their diagnosis does not say all."""
    texts = [f"```formula\n{formula}\n```" for formula in ("u_w", r"\mathbf{u}_w", "2 u_w")]

    assert members(grouped(*(Compared(text, formula="wrong") for text in texts)))[0] == ("s0000", "s0001")


def test_who_repeats_the_question_says_no_more():
    """A whole sentence of it, as it stands there."""
    found = grouped(f"{QUESTION}\n\nCBOW averages.", "CBOW averages.", "CBOW averages. The structural difference.")

    assert members(found)[0] == ("s0000", "s0001")


def test_a_real_word_is_never_taken_for_another_one():
    """However often the other one is used."""
    texts = [f"it is {word} here" for word in ("typical", "typical", "typical", "atypical", "topical")]

    assert len(grouped(*texts)) == 3


def test_a_slip_is_corrected_to_the_one_word_that_the_class_uses():
    """And left alone where it could be two."""
    corrections = misspellings.corrections([{"context"}, {"contxt"}, {"embedd"}, {"embedded", "embeds"}], {"embed"})

    assert corrections == {"contxt": "context"}


def test_nothing_unseen_tells_two_answers_apart_and_nothing_seen_is_dropped():
    """Marks without width and blanks of other kinds go; marks that turn or strike out letters stay."""
    same = grouped("not divided", "n\u200bo\u00adt\u00a0divided\ufeff", "\u2060not\u3000divided")
    turned = grouped("not divided", "\u202enot\u202c divided", "n\u0336o\u0336t\u0336 divided", "not\u0085divided")

    assert len(same) == 1
    assert len(turned) >= 3


def test_a_look_alike_of_another_alphabet_is_another_letter():
    """So nobody's words are read as somebody else's by a change that no marker sees."""
    assert len(grouped("a rare word", "\u0430 rare word", "a rare w\u03bfrd")) == 3


def test_texts_beyond_the_limit_are_alike_only_if_they_are_equal():
    """Nothing behind the limit is overlooked."""
    long = "word " * answer_groups.LONGEST

    assert sorted(members(grouped(long + "a", long + "b", long + "a", "word"))) == [
        ("s0000", "s0002"), ("s0001",), ("s0003",)
    ]  # fmt: skip


def test_a_class_of_long_texts_is_read_within_a_limit(monkeypatch):
    """The shortest ones first, so that a few who write much take nothing from the others."""
    monkeypatch.setattr(answer_groups, "MOST_WORK", 6)
    read = []
    monkeypatch.setattr(plain_tokens, "tokens", lambda text: read.append(text) or text.split())
    grouped(*(f"{number} {'x' * size}" for number, size in enumerate((50, 10, 40, 12, 30))), question="")

    assert [len(text) for text in read[:-1]] == [12, 14, 32]


@pytest.mark.parametrize(
    "text",
    ["$" * 8000, "\\(" * 4000, "{" * 8000, "*a" * 4000, "_a" * 4000, "'" * 8000, "> " * 4000, "\\" * 8000,
     "((" * 4000, "\n" * 8000, "- A" * 2600, "\ud800" * 8000, "\x00" * 8000, "²" * 8000, "ﷺ" * 400, "i.e." * 2000,
     "`" * 8000, "e\u0301" * 4000, "\\mathbf{" * 1000, "do not " * 1100, "?" * 8000, "```formula\n" * 700],
)  # fmt: skip
def test_no_text_stops_the_grouping(text: str):
    """Nor any question."""
    found = grouped(text, text, text[:-1], question=text)

    assert sum(len(group.students) for group in found) == 3


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_everybody_is_in_one_group_whatever_the_texts_are(texts: list[str]):
    """Equal texts in the same one."""
    found = grouped(*texts)
    where = {student: number for number, group in enumerate(found) for student in group.students}

    assert len(where) == len(texts) == sum(len(group.students) for group in found)
    for one, text in enumerate(texts):
        assert where[f"s{one:04}"] == where[f"s{texts.index(text):04}"]


def test_one_student_more_leaves_the_groups_of_the_others_and_most_of_their_order():
    """A marker who goes on finds the class as it was."""
    texts = a_class(120)
    before = members(grouped(*texts))
    after = [tuple(s for s in group if s != "s0120") for group in members(grouped(*texts, "cbow rare average word"))]
    after = [group for group in after if group]
    place = {group: number for number, group in enumerate(before)}

    assert sorted(after) == sorted(before)
    moved = sum(abs(place[group] - number) > 1 for number, group in enumerate(after))
    assert moved <= len(before) // 10


def test_neighbours_read_alike():
    """More so than in an order that does not look at the texts."""
    texts = [text.split() for text in a_class(150)]
    by_topic = [[*text, *["okapi" if number % 3 else "logits"] * 8] for number, text in enumerate(texts)]
    chained = likeness_order.likeness(by_topic, likeness_order.chain(by_topic))

    assert chained > likeness_order.likeness(by_topic, range(len(by_topic))) + 0.1


def test_the_same_answers_give_the_same_order_whoever_is_read_first():
    """Two markers see one queue."""
    answers = {f"s{number:03}": Compared(text) for number, text in enumerate(a_class(60))}
    shuffled = dict(random.Random(3).sample(sorted(answers.items()), len(answers)))

    assert groups(answers, QUESTION) == groups(shuffled, QUESTION)
