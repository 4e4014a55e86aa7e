"""Is an answer of a sheet that was written in a notebook read as if it stood on the sheet?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.handin import sheet_cells
from autograder.handin.asked import Asked, GivenText, Notebook
from autograder.handin.filled_sheet import Form, read_filled

FORM = Form(
    "questions",
    "# Questions\n\n## Main causes (4 points)\n\n`causes`\n\n> Which causes?\n\n**Answer.**\n\n"
    "## Where it led (3 points)\n\n`effects`\n\n> Which effects?\n\n**Answer.**\n\n## References\n",
)
GIVEN = "# Background\n\n## Main causes\n\nThis cell was given."
ASKED = Asked("hw9", {"one": Notebook({}, {}, texts=[GivenText("given", GIVEN)])}, {"questions": FORM})


def notebook(*cells: tuple[str, str]) -> dict[str, bytes]:
    made = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in cells]
    return {"one": json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()}


def answers(sheet: str, *cells: tuple[str, str]) -> dict[str, str]:
    text = sheet_cells.with_cells(FORM, sheet, notebook(*cells), ASKED)
    return dict(read_filled(FORM, text).answers)


@pytest.mark.parametrize("heading", ["## Main causes", "### causes", "**Main causes (4 points)**", "`causes`"])
def test_a_cell_below_the_heading_of_a_question_answers_it(heading: str):
    """By its title or by its id, as on a sheet; cells that follow belong to it."""
    found = answers(FORM.text, ("markdown", f"{heading}\n\nRain fell."), ("markdown", "Then snow."), ("code", "x = 1"))

    assert found["causes"].split() == "*In one.ipynb:* Rain fell. Then snow.".split()
    assert found["effects"] == ""


def test_one_cell_may_answer_several_questions():
    """Each section goes to its own question; what stands above the first is no answer."""
    found = answers("", ("markdown", "# Mine\n\n## causes\n\nRain.\n\n## effects\n\nFloods."))

    assert [found[item].split("\n\n")[-1] for item in ("causes", "effects")] == ["Rain.", "Floods."]


def test_an_answer_ends_where_one_to_another_sheet_begins():
    """In a notebook the answers to all sheets stand below each other; each goes to its own."""
    text = "# Dates\n\n## When it ended (2 points)\n\n`end`\n\n> When?\n\n**Answer.**\n\n"
    forms = [FORM, Form("dates", text)]
    cells = notebook(("markdown", "## Main causes\n\nRain."), ("markdown", "## When it ended\n\nIn May."))
    found = dict[str, str]()
    for form in forms:
        found |= read_filled(form, sheet_cells.with_cells(form, form.text, cells, ASKED, others=forms)).answers

    assert {item: answer.split("\n\n")[-1] for item, answer in found.items()} == {
        "causes": "Rain.",
        "effects": "",
        "end": "In May.",
    }


def test_both_places_count():
    """The result on the sheet and the steps in the notebook are one answer."""
    sheet = FORM.text.replace("**Answer.**\n", "**Answer.**\n\nIt rained.\n", 1)

    assert "It rained." in answers(sheet, ("markdown", "## causes\n\nClouds came."))["causes"]
    assert "Clouds came." in answers(sheet, ("markdown", "## causes\n\nClouds came."))["causes"]


@pytest.mark.parametrize("cell", [("markdown", GIVEN), ("code", "# causes\n\nRain."), ("markdown", "Rain fell.")])
def test_other_cells_are_no_answers(cell: tuple[str, str]):
    """Neither what was given, nor code, nor a text without the heading of a question."""
    assert sheet_cells.with_cells(FORM, FORM.text, notebook(cell), ASKED) == FORM.text


def test_a_sheet_that_was_stored_is_read_again_without_a_change():
    """What is on the sheet as well is not repeated."""
    cells = notebook(("markdown", "## causes\n\nRain."))
    once = sheet_cells.with_cells(FORM, FORM.text, cells, ASKED)

    assert once != FORM.text
    assert sheet_cells.with_cells(FORM, once, cells, ASKED) == once


@given(st.lists(st.tuples(st.sampled_from(["markdown", "raw", "code"]), st.text(max_size=60)), max_size=6))
def test_any_notebook_is_read(cells: list[tuple[str, str]]):
    """Whatever stands in it, the text of the sheet stays at the top."""
    assert sheet_cells.with_cells(FORM, FORM.text, notebook(*cells), ASKED).startswith(FORM.text.rstrip())


@pytest.mark.parametrize("data", [b"", b"{", b'{"cells": [{"cell_type": "markdown", "source": 7}]}'])
def test_a_damaged_notebook_adds_nothing(data: bytes):
    """It is refused elsewhere."""
    assert sheet_cells.with_cells(FORM, "text", {"one": data, "two": data}, ASKED) == "text"


def test_a_long_notebook_is_read_to_a_limit():
    """The text of many cells is not all looked through."""
    many = [("markdown", f"## causes\n\n{number} {'x' * 1000}") for number in range(200)]

    assert len(answers(FORM.text, *many)["causes"]) < 2 * sheet_cells.MOST_READ
