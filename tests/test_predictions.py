"""Do the cells in which students predict a number stay out of everything that is graded?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.course.asked import asked_for
from autograder.handin import notebook_answers, notebook_file, sheet_cells
from autograder.handin.notebook_file import Cell, is_as_released
from autograder.model.assignment import Assignment

PLACES = {"hw4_partI": "predict_loss", "hw4_partII": "predict_cost"}
WORDS = "I expect log 2, since nobody knows anything yet."


def notebook(course_dir: Path, name: str, change: str) -> bytes:
    """Return a released notebook in which the prediction is untouched, written, or deleted."""
    content = json.loads((course_dir / "release" / "hw4" / f"{name}.ipynb").read_text(encoding="utf-8"))
    (place,) = [cell for cell in content["cells"] if cell["id"] == PLACES[name]]
    if change == "written":
        place["source"] = [*place["source"], f"\n\n{WORDS}"]
    elif change == "deleted":
        content["cells"].remove(place)
    return json.dumps(content).encode()


@pytest.mark.parametrize("change", ["untouched", "written", "deleted"])
@pytest.mark.parametrize("name", PLACES)
def test_a_prediction_disturbs_nothing(assignment: Assignment, course_dir: Path, name: str, change: str):
    """It is no answer, no text of a student's own that a person has to read, and no changed given cell."""
    asked, data = asked_for(assignment), notebook(course_dir, name, change)
    cells = notebook_file.read(data).cells
    given = asked.notebooks[name]

    assert [answer.text for answer in notebook_answers.find(cells, given.texts).values() if answer.text] == []
    assert notebook_answers.own_texts(cells, given.texts) == []
    assert all(is_as_released(cell) for cell in cells if cell.grade_id in given.given)
    assert {sheet_cells.with_cells(form, "", {name: data}, asked) for form in asked.sheets.values()} == {""}


def test_a_prediction_below_another_answer_is_not_mixed_with_it(assignment: Assignment, course_dir: Path):
    """An answer that was written in its place is that answer alone."""
    cells = [*notebook_file.read(notebook(course_dir, "hw4_partII", "written")).cells]
    place = next(index for index, cell in enumerate(cells) if cell.grade_id == "plot_reading")
    cells[place] = Cell("markdown", "**Answer.**\n\nPronouns stand together.", "plot_reading")

    found = notebook_answers.find(cells, asked_for(assignment).notebooks["hw4_partII"].texts)

    assert found["plot_reading"].text == "Pronouns stand together."
