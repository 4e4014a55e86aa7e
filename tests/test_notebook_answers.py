"""An answer in words is found wherever near its place it stands, by the student's check and by the marker alike."""

from __future__ import annotations

import pytest

from autograder.handin import notebook_answers, notebook_check
from autograder.handin.asked import GivenText, Notebook
from autograder.handin.cell_plan import Plan
from autograder.handin.fresh_run import Ran
from autograder.handin.notebook_file import Cell

WORDS = "The red points lie together, since they are of one kind."
PLACE = "**Answer.**\n\n*Replace this line with your answer.*"
QUESTION = "### Reading the plot (2 points)\n\nLook at the plot above this cell.\n\n> What do you see?"
BELOW = "### More (no points)\n\nTry it with other numbers."
TEXTS = [
    GivenText("title", "# Points"),
    GivenText("reading_prompt", QUESTION, asks="reading"),
    GivenText("reading", "**Answer.**\n\n", is_answer=True),
    GivenText("more", BELOW),
    GivenText("", "**References**\n\nAdd yours here."),
]


def markdown(source: str, grade_id: str | None = None) -> Cell:
    return Cell("markdown", source, grade_id)


def code(source: str, grade_id: str | None = None) -> Cell:
    return Cell("code", source, grade_id)


TITLE, PROMPT = markdown("# Points", "title"), markdown(QUESTION, "reading_prompt")
EMPTY, MORE = markdown(PLACE, "reading"), markdown(BELOW, "more")
ANSWERED = markdown(f"**Answer.**\n\n{WORDS}", "reading")
OWN = markdown(WORDS)


def found(*cells: Cell) -> notebook_answers.Answer:
    return notebook_answers.find((TITLE, code("draw()", "look_plot"), *cells), TEXTS)["reading"]


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ((PROMPT, ANSWERED, MORE), ""),
        ((PROMPT, EMPTY, OWN, MORE), "in a new cell below its place"),
        ((PROMPT, EMPTY, Cell("raw", WORDS), MORE), "in a new cell below its place"),
        ((PROMPT, EMPTY, code("redraw()"), OWN, MORE), "in a new cell below its place"),
        ((PROMPT, OWN, EMPTY, MORE), "in a new cell above its place"),
        ((PROMPT, OWN, MORE), "in a new cell, as its own cell is gone"),
        ((PROMPT, OWN), "in a new cell, as its own cell is gone"),
        ((EMPTY, OWN, MORE), "in a new cell below its place"),
        ((markdown(f"{QUESTION}\n\n{WORDS}", "reading_prompt"), EMPTY, MORE), "in the cell of the question"),
        ((markdown(f"{QUESTION} {WORDS}", "reading_prompt"), EMPTY, MORE), "in the cell of the question"),
        ((PROMPT, EMPTY, markdown(f"{WORDS}\n\n{BELOW}", "more")), "in the given cell below its place"),
        ((PROMPT, EMPTY, code(f"# {WORDS}"), MORE), "in a code cell"),
        ((PROMPT, EMPTY, code(WORDS), MORE), "in a code cell"),
        ((PROMPT, EMPTY, code(f'"""{WORDS}"""'), MORE), "in a code cell"),
        ((PROMPT, EMPTY, MORE, markdown(f"## Reading the plot\n{WORDS}")), "in a cell elsewhere"),
        ((PROMPT, EMPTY, MORE, markdown(f"reading:\n{WORDS}")), "in a cell elsewhere"),
        ((PROMPT, code(WORDS, "reading"), MORE), ""),
        ((markdown(QUESTION), markdown(f"**Answer.** {WORDS}"), MORE), ""),
        ((markdown(QUESTION), OWN, markdown(BELOW)), "in a new cell, as its own cell is gone"),
        ((markdown(f"**Answer.** {WORDS}"), MORE), ""),
    ],
)
def test_words_are_found_where_they_stand(cells, where):
    """And the marker is told where that is."""
    answer = found(*cells)

    assert answer.text == WORDS
    assert answer.found.startswith(where)
    assert bool(answer.found) == bool(where)


@pytest.mark.parametrize(
    "cells",
    [
        (PROMPT, EMPTY, MORE),
        (PROMPT, EMPTY, MORE, OWN),
        (OWN, PROMPT, EMPTY, MORE),
        (PROMPT, EMPTY, code("y = f(x)  # what comes out of it is the same as before"), MORE),
        (PROMPT, EMPTY, code("# x = 1"), MORE),
        (PROMPT, EMPTY, MORE, markdown("**References**\n\nAdd yours here.\n\n- A book about points in the plane.")),
        (PROMPT, MORE),
        (),
    ],
)
def test_notes_elsewhere_are_no_answer(cells):
    """Only what stands near the place is taken, and nothing that was given."""
    assert found(*cells).text == ""


def test_a_split_answer_is_put_together():
    """Jupyter gives both halves the id, VS Code none; a mere copy says nothing new."""
    rest = markdown("The blue ones lie apart.", "reading")
    for cells in ((ANSWERED, rest), (ANSWERED, markdown(rest.source)), (ANSWERED, ANSWERED, rest)):
        assert found(PROMPT, *cells, MORE).text == f"{WORDS}\n\nThe blue ones lie apart."


def test_a_note_above_an_answer_in_its_place_stays_a_note():
    """It may be a sketch of the answer that counts."""
    assert found(PROMPT, markdown("To do."), ANSWERED, MORE).text == WORDS


def test_two_items_keep_their_answers_apart():
    """The next question ends the space of the one before."""
    texts = [
        GivenText("a_prompt", "### A (1 point)", asks="a"),
        GivenText("a", "", is_answer=True),
        GivenText("b_prompt", "### B (1 point)", asks="b"),
        GivenText("b", "", is_answer=True),
    ]
    cells = (
        markdown("### A (1 point)", "a_prompt"), markdown(PLACE, "a"), markdown("Of a."),
        markdown("### B (1 point)", "b_prompt"), markdown("Of b."),
    )  # fmt: skip
    answers = notebook_answers.find(cells, texts)

    assert {item: answer.text for item, answer in answers.items()} == {"a": "Of a.", "b": "Of b."}
    assert answers["b"].has_place is False


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ((PROMPT, ANSWERED, MORE), []),
        ((PROMPT, EMPTY, OWN, MORE), [("hint", "below its place: move it")]),
        ((PROMPT, EMPTY, MORE), [("must", "there is no answer")]),
        ((PROMPT, MORE), [("must", "the cell for your answer is gone")]),
        ((PROMPT, markdown(f"{PLACE}\n{WORDS}", "reading"), MORE), [("hint", "is still there: delete it")]),
    ],
)
def test_the_check_of_a_student_says_the_same(cells, lines):
    """What a marker will find costs nothing, but it is said where it should stand."""
    asked = Notebook({}, {"reading": QUESTION}, texts=TEXTS, headings={"reading": "Reading"})
    found = notebook_check.complaints(asked, (TITLE, *cells), Plan(()), Ran())
    said = [(mark, text) for mark, where, text in found if where == 'your answer under "Reading"']

    assert len(said) == len(lines)
    assert all(mark == wanted[0] and wanted[1] in text for (mark, text), wanted in zip(said, lines, strict=True))
