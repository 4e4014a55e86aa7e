"""Hints for the marker: they count what a person would count, and never trouble who did what was asked."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignments.hw4 import demo
from autograder.course import sheets
from autograder.handin import filled_sheet
from autograder.handin.answer_length import Length, asked_length, count, too_long
from autograder.marking.answers import question_of
from autograder.model.assignment import Sheet


def sheet_hints(sheet: Sheet, text: str | None, *, on_paper: Collection[str] = ()):
    return filled_sheet.hints(sheets.form(sheet), text, on_paper=on_paper)


ASKED = {
    "attacks": Length(180, "word"),
    "defenses": Length(240, "word"),
    "cbow_structure": Length(1, "sentence"),
    "cbow_rare_words": Length(180, "word"),
    "debias_subspace": Length(170, "word"),
    "debias_methods": Length(220, "word"),
    "neg_efficiency": Length(1, "sentence"),
    "plot_reading": Length(3, "sentence"),
    "grad_softmax_u": None,
    "grad_neg_v": None,
    "grad_neg_u": None,
}


def test_the_length_is_read_from_the_questions_own_words(assignment):
    """Of every item that a person marks."""
    found = {item.id: asked_length(question_of(item, assignment)) for item in assignment.person_items}

    assert found == ASKED


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("> Why?", None),
        ("> A sentence with one rare word in it.", None),
        ("> Explain in TWO sentences.", Length(2, "sentence")),
        ("> Explain, in at\n> most 40\n> words.", Length(40, "word")),
        ("> In one sentence, say what. No more than 30 words.", Length(30, "word")),
        ("> One or two lines each.", None),
    ],
)
def test_a_length_may_be_worded_in_many_ways(question: str, length: Length | None):
    """Quote marks and line ends are in the way of none."""
    assert asked_length(question) == length


@pytest.mark.parametrize(
    ("text", "sentences", "words"),
    [
        ("", 0, 0),
        ("the end is missing", 1, 4),
        ("One. Two! Three?", 3, 3),
        ("We use e.g. trees. Then [2] says so.", 2, 8),
        ("See Fig. 4 and p. 7.", 1, 6),
        ("T. Mikolov et al. wrote it.", 1, 6),
        ("It is 3.5 times as large, i.e. 19,536 rows.", 1, 9),
        ("It costs $O(V. D)$. With $V=10$ it is less.", 2, 8),
        ('The words *!* and *?* are near. The "a ... comedy" too.', 2, 9),
        ("**It is.** (See above.) *So?* Yes", 4, 6),
        ("- one thing\n- another thing\n\nAnd more", 3, 6),
        ("```formula\nx = 1. Y\n```\nThat is all.", 1, 3),
        ("state-of-the-art isn't it", 1, 3),
        ("das Maß der Dinge. Über alles.", 2, 6),
    ],
)
def test_counts_what_a_person_would_count(text: str, sentences: int, words: int):
    """Abbreviations, initials, decimals and formulas end no sentence; doubtful ends are none."""
    assert count(text, "sentence") == sentences
    assert count(text, "word") == words


def test_model_answers_get_no_hint_of_their_length(assignment):
    """The instructor keeps to what is asked, as counted here."""
    for name in assignment.sheets:
        for item in assignment.sheet(name).items:
            assert too_long(item.question, item.model_answer) == ""


def test_a_longer_answer_is_told_with_both_numbers():
    """The marker sees what was counted."""
    hint = too_long("> In one sentence, why?", "First. Second. Third.")

    assert hint == "Longer than allowed: about 3 sentences; the question allows 1 sentence."


def test_an_untouched_sheet_is_told_from_an_empty_one(assignment):
    """The words of the sheet alone, nothing at all, or no sheet."""
    sheet = assignment.sheet("cbow")

    assert set(sheet_hints(sheet, sheets.released_text(sheet)).values()) == {(filled_sheet.UNTOUCHED,)}
    assert set(sheet_hints(sheet, "").values()) == {(filled_sheet.EMPTY,)}
    assert set(sheet_hints(sheet, None).values()) == {(filled_sheet.MISSING,)}


def test_missing_references_are_told_once(assignment):
    """On the first item of a sheet that asks for them, unless an answer cites something itself."""
    sheet = assignment.sheet("debiasing")
    first, second = (item.id for item in sheet.items)
    answered = sheets.released_text(sheet).replace("\n**Answer.**\n", "\n**Answer.**\n\nThe paper says so.\n")

    assert sheet_hints(sheet, answered) == {first: (filled_sheet.NO_REFERENCES,), second: ()}
    for cited in ("Bolukbasi et al. say", "as in [1]", "(Mikolov 2013)", "https://arxiv.org/abs/1607.06520"):
        assert sheet_hints(sheet, answered.replace("The paper", cited))[first] == ()
    assert sheet_hints(sheet, f"{answered}\nThe paper of Bolukbasi.\n")[first] == ()


def test_derivations_do_not_ask_for_references(assignment):
    """A hint that applies to everybody helps nobody."""
    sheet = assignment.sheet("derivations")

    assert set(sheet_hints(sheet, demo.answered(sheet)).values()) == {()}


def test_steps_may_be_on_paper(assignment):
    """With a PDF the marker is sent there; without one, a formula alone is told."""
    sheet = assignment.sheet("derivations")
    filled = sheets.released_text(sheet).replace("dJ/du_w =", "dJ/du_w = (yhat_w - y_w) v_c")

    assert sheet_hints(sheet, filled)["grad_softmax_u"] == (filled_sheet.NO_STEPS,)
    derived = ("grad_softmax_u", "grad_neg_v", "grad_neg_u")
    assert sheet_hints(sheet, filled, on_paper=derived)["grad_softmax_u"] == (filled_sheet.STEPS_ON_PAPER,)
    assert sheet_hints(sheet, filled, on_paper=["neg_efficiency"])["neg_efficiency"] == (filled_sheet.ON_PAPER,)
    assert sheet_hints(sheet, None, on_paper=derived) == {
        "grad_softmax_u": (filled_sheet.STEPS_ON_PAPER,),
        "grad_neg_v": (filled_sheet.STEPS_ON_PAPER,),
        "grad_neg_u": (filled_sheet.STEPS_ON_PAPER,),
        "neg_efficiency": (filled_sheet.MISSING,),
    }


def test_words_found_elsewhere_are_told(assignment):
    """They stand at the end of the notebook, where a marker might not look."""
    sheet = assignment.sheet("cbow")
    hints = sheet_hints(sheet, "My answer to everything is 42, as [5] says.\n\n" + demo.answered(sheet))

    assert filled_sheet.OUTSIDE in hints["cbow_structure"]


@given(st.text(alphabet="aZ .!?$\\()[]`~-*>#\n\"'1", max_size=400))
def test_any_text_is_counted(text: str):
    """More text has no fewer words."""
    assert 0 <= count(text, "sentence") <= count(text, "word") + text.count("\n") + 1
    assert count(text + "\n\nword", "word") >= 0


@pytest.mark.parametrize("piece", ["\\(", "$", "a" * 50, "a. ", "`" * 5, "[1", "![", ")]*_`", "* ", "\n"])
def test_a_megabyte_of_anything_takes_no_time(piece: str, assignment):
    """No pattern runs wild: the test ends."""
    text = piece * (1_000_000 // len(piece))
    sheet = assignment.sheet("adversarial")
    filled = sheets.released_text(sheet).replace("**Answer.**", f"**Answer.**\n\n{text}")

    assert count(text, "word") >= 0
    assert count(text, "sentence") >= 0
    assert sheet_hints(sheet, filled).keys() == {"attacks", "defenses"}


def _asking(item: str) -> str:
    """Return a sheet's part for an item that is answered in one sentence."""
    return f"## {item} (2 points)\n\n> Why {item}?\n\n**Answer.**\n"


TWO = filled_sheet.Form("two", f"# Two\n\n{_asking('first')}\n{_asking('second')}\n## References\n")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (f"{_asking('first')}\nOne.\n\n# Zweitens\n\nTwo.\n", (), (filled_sheet.EMPTY, filled_sheet.NO_HEADING)),
        (
            "One.\n\nTwo.\n",
            (filled_sheet.EMPTY, filled_sheet.NO_HEADING),
            (filled_sheet.EMPTY, filled_sheet.NO_HEADING),
        ),
        (
            f"Two.\n\n{_asking('first')}\nOne.\n\n{_asking('second')}",
            (),
            (filled_sheet.UNTOUCHED, filled_sheet.OUTSIDE),
        ),
        (f"Two.\n\n{_asking('first')}\nOne.\n\n{_asking('second')}\nTwo.", (filled_sheet.OUTSIDE,), ()),
        (f"{_asking('first')}\n{_asking('second')}", (filled_sheet.UNTOUCHED,), (filled_sheet.UNTOUCHED,)),
        ("", (filled_sheet.EMPTY,), (filled_sheet.EMPTY,)),
    ],
)
def test_an_answer_that_may_stand_elsewhere_is_not_just_empty(text: str, first: tuple, second: tuple):
    """Where its heading is gone, or words stand outside all answers, a person is sent to look."""
    assert filled_sheet.hints(TWO, text) == {"first": first, "second": second}
