"""Does a marker see what was given, what the student did and what the checks found, and does nothing of it run?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import small_course
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.nbgraderformat import MetadataValidator

from autograder.course import assignment as assignments
from autograder.course import course_settings, sheets
from autograder.formats import saved_outputs
from autograder.handin.asked import HandedInFile
from autograder.marking.cell_matching import GivenNotebook
from autograder.marking.rendered_pictures import Pictures, RenderedPictures
from autograder.model.report import CheckResult, ItemResult, Report, Verdict
from autograder.model.submission import Submission
from autograder.nbgrader import formgrader_notebooks
from autograder.nbgrader.formgrader_notebooks import Assembler, Autograded

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCRIPT = "<script>alert(1)</script>"


class Drawn(RenderedPictures):
    """Pictures without the process that draws them."""

    def plot(self, png: bytes) -> Pictures:
        return Pictures((b"drawn plot",))

    def pages(self, pdf: bytes) -> Pictures:
        return Pictures((b"drawn page",))


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    return small_course.make(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def assembler(course: Path) -> Assembler:
    return Assembler(assignments.load(course), course_settings.load(course))


@pytest.fixture
def finished() -> NotebookNode:
    """The first notebook as a student hands it in: one function written, the cells run."""
    notebook = small_course.part_one()
    cell(
        notebook, "leaky_relu_solution"
    ).source = "def leaky_relu(x, alpha=0.01):\n    return x if x > 0 else alpha * x"
    cell(notebook, "train_gan").outputs = [picture(PNG)]
    return notebook


def shown(assembler: Assembler, notebook: NotebookNode | bytes | None, **others) -> NotebookNode:
    """Assemble a submission of the first notebook and return what formgrader opens."""
    return assemble(assembler, notebook, **others).notebooks["hw4_partI"]


def assemble(assembler: Assembler, notebook: NotebookNode | bytes | None, **others) -> Autograded:
    data = nbformat.writes(notebook).encode() if isinstance(notebook, NotebookNode) else notebook
    notebooks = {} if data is None else {"hw4_partI": data}
    submission = Submission("ann", notebooks=notebooks, **others)
    return assembler.assemble(small_course.report("ann", assembler.assignment), submission)


def cell(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def ids(notebook: NotebookNode) -> list[str]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]


def picture(data: str, kind: str = "image/png") -> NotebookNode:
    return new_output("display_data", data={kind: data, "text/plain": "<Figure>"}, metadata={"needs": SCRIPT})


def test_keeps_the_solution_and_the_pictures_of_the_student(assembler: Assembler, finished: NotebookNode):
    """The code and what training showed are what a marker wants to see."""
    notebook = shown(assembler, finished)

    assert "return x if x > 0" in cell(notebook, "leaky_relu_solution").source
    assert cell(notebook, "train_gan").outputs[0].data["image/png"] == PNG
    assert cell(notebook, "train_gan").outputs[0].metadata == {}


def test_shows_verdicts_and_one_plain_float(assembler: Assembler, finished: NotebookNode):
    """Text for people first, then the score as the only result; nothing on stderr."""
    text, result = cell(shown(assembler, finished), "leaky_relu").outputs

    assert text.text.splitlines() == [
        "leaky_relu: 15 of 30 points",
        "",
        "[passed] keeps positive inputs",
        "[failed] scales negative inputs",
        "    Negative inputs are multiplied by alpha.",
        "    Seen: You had <b>0.0</b>.",
    ]
    assert (text.output_type, text.name) == ("stream", "stdout")
    assert (result.output_type, result.data["text/plain"]) == ("execute_result", "15.0")


def test_a_fault_of_ours_shows_no_score_and_says_so(assembler: Assembler):
    """Neither nought nor full points: the text says that a person will look."""
    report = small_course.report("ann", assembler.assignment, leaky_relu=None)
    graded = assembler.assemble(report, Submission("ann"))
    text, result = cell(graded.notebooks["hw4_partI"], "leaky_relu").outputs

    assert text.text.startswith("No score yet: the grader failed here")
    assert result.data["text/plain"] == "0.0"


def test_why_a_test_cell_grades_nobody_stands_on_no_page_that_nbgrader_shows_students(assembler: Assembler):
    """It may tell what a hidden test expects."""
    check = CheckResult("test cell f_1", Verdict.GRADER_FAULT, 1.0, "", "the test expects 98765")
    report = Report("ann", (ItemResult("leaky_relu", None, 15.0, Verdict.GRADER_FAULT, (check,)),))
    text = cell(assembler.assemble(report, Submission("ann")).notebooks["hw4_partI"], "leaky_relu").outputs[0].text

    assert "98765" not in text
    assert "[grader fault] test cell f_1" in text


def test_given_cells_come_from_the_instructor_in_his_order(assembler: Assembler, finished: NotebookNode):
    """Edited, moved, deleted and retyped given cells are as they were given."""
    cell(finished, "leaky_relu").source = "10.0"
    cell(finished, "imports").source = "import os; os._exit(0)"
    finished.cells.remove(cell(finished, "sample_noise"))
    finished.cells.remove(cell(finished, "opening"))
    finished.cells.reverse()
    retyped = cell(finished, "leaky_relu_try")
    retyped.cell_type = "markdown"
    del retyped["outputs"], retyped["execution_count"]
    notebook = shown(assembler, finished)

    assert ids(notebook) == [cell.id for cell in small_course.part_one().cells]
    assert cell(notebook, "imports").source == "import tensorflow as tf"
    assert cell(notebook, "leaky_relu").source.startswith("# The grader marks")
    assert "HIDDEN" not in cell(notebook, "leaky_relu").source
    assert cell(notebook, "leaky_relu_try").cell_type == "code"


def test_a_solution_turned_into_text_is_code_again(assembler: Assembler, finished: NotebookNode):
    """The words stay, the type returns."""
    solution = cell(finished, "leaky_relu_solution")
    solution.cell_type = "markdown"
    del solution["outputs"], solution["execution_count"]
    restored = cell(shown(assembler, finished), "leaky_relu_solution")

    assert restored.cell_type == "code"
    assert "return x if x > 0" in restored.source


def test_a_missing_solution_is_put_back_and_said(assembler: Assembler, finished: NotebookNode):
    """A marker sees that the cell was deleted, not a student's empty stub."""
    finished.cells.remove(cell(finished, "leaky_relu_solution"))
    restored = cell(shown(assembler, finished), "leaky_relu_solution")

    assert restored.source.startswith("# This cell was missing from the submission.\ndef leaky_relu")


def test_own_cells_stay_where_they_were(assembler: Assembler, finished: NotebookNode):
    """A note after an exercise is shown after it; empty cells are not shown."""
    position = finished.cells.index(cell(finished, "leaky_relu_solution")) + 1
    finished.cells[position:position] = [new_markdown_cell("I used [7]."), new_code_cell("y = 1"), new_code_cell("")]
    notebook = shown(assembler, finished)
    position = notebook.cells.index(cell(notebook, "leaky_relu_solution"))

    assert [cell.source for cell in notebook.cells[position + 1 : position + 3]] == ["I used [7].", "y = 1"]
    assert ids(notebook)[position + 3] == "leaky_relu_try"


def test_own_cells_at_the_top_are_shown_once(assembler: Assembler, finished: NotebookNode):
    """Given text may stand in a cell without an id; what stands before every given cell belongs to none of them."""
    given = nbformat.from_dict(assembler.given["hw4_partI"].notebook)
    given.cells.append(new_markdown_cell("## References", id="references"))
    finished.cells.insert(0, new_markdown_cell("My name is Ann."))
    notebook = formgrader_notebooks.autograded_notebook(
        GivenNotebook(given), nbformat.writes(finished).encode(), small_course.report("ann", assembler.assignment)
    )

    assert [cell.source for cell in notebook.cells].count("My name is Ann.") == 1


def test_of_copied_cells_the_last_counts(assembler: Assembler, finished: NotebookNode):
    """As when the cells are run; the earlier one stays to be read, without nbgrader's mark."""
    second = new_code_cell("def leaky_relu(x, alpha=0.01):\n    return 2", metadata={})
    second.metadata["nbgrader"] = dict(cell(finished, "leaky_relu_solution").metadata.nbgrader)
    finished.cells.append(second)
    finished.cells.append(new_code_cell("10.0", metadata=dict(cell(finished, "leaky_relu").metadata)))
    notebook = shown(assembler, finished)

    assert cell(notebook, "leaky_relu_solution").source.endswith("return 2")
    assert sorted(filter(None, ids(notebook))) == sorted(cell.id for cell in small_course.part_one().cells)
    assert any("return x if x > 0" in cell.source for cell in notebook.cells)


def test_a_notebook_without_metadata_is_recognised(assembler: Assembler, finished: NotebookNode):
    """Colab and copying lose ids: given cells are known by their text, solutions by what they define."""
    for entry in finished.cells:
        entry.metadata.clear()
    notebook = shown(assembler, finished)

    assert [name for name in ids(notebook) if name] == [cell.id for cell in small_course.part_one().cells]
    assert "return x if x > 0" in cell(notebook, "leaky_relu_solution").source


@pytest.mark.parametrize("data", [None, b"", b"{broken", b"[1, 2]", b'{"cells": [{"source": 3}, null]}', b"\xff" * 99])
def test_a_missing_or_broken_notebook_still_has_every_cell(assembler: Assembler, data: bytes | None):
    """A marker opens it like any other."""
    notebook = shown(assembler, data)

    assert {cell.id for cell in small_course.part_one().cells} <= set(ids(notebook))
    nbformat.validate(notebook)


def test_says_why_a_notebook_is_empty(assembler: Assembler):
    """Missing, unreadable and refused are three things."""
    assert shown(assembler, None).cells[0].source == "**This notebook was missing from the submission.**"
    assert "could not be read" in shown(assembler, b"{broken").cells[0].source
    refused = shown(assembler, None, problem="Send a zip, not a photograph.")
    assert refused.cells[0].source == "**Send a zip, not a photograph.**"


HOSTILE_OUTPUTS = {
    "html": {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}},
    "svg": {"output_type": "display_data", "data": {"image/svg+xml": f"<svg>{SCRIPT}</svg>"}, "metadata": {}},
    "javascript": {"output_type": "display_data", "data": {"application/javascript": SCRIPT}, "metadata": {}},
    "markdown": {"output_type": "display_data", "data": {"text/markdown": SCRIPT}, "metadata": {}},
    "latex": {"output_type": "display_data", "data": {"text/latex": SCRIPT}, "metadata": {}},
    "widget": {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {}}, "metadata": {}},
    "picture that is none": {"output_type": "display_data", "data": {"image/png": f'"><{SCRIPT}'}, "metadata": {}},
    "picture of another kind": {"output_type": "display_data", "data": {"image/jpeg": PNG}, "metadata": {}},
    "odd types": {"output_type": "execute_result", "data": {"text/plain": {"a": 1}, "image/png": 3}, "metadata": 7},
    "no data": {"output_type": "display_data"},
}


@pytest.mark.parametrize("kind", HOSTILE_OUTPUTS)
def test_only_text_and_pictures_are_left_of_outputs(assembler: Assembler, finished: NotebookNode, kind: str):
    """Whatever the file claims, nothing can run in the marker's browser."""
    raw = json.loads(nbformat.writes(finished))
    for entry in raw["cells"]:
        if entry["cell_type"] == "code":
            entry["outputs"] = [HOSTILE_OUTPUTS[kind]]
    notebook = shown(assembler, json.dumps(raw).encode())
    [output] = cell(notebook, "train_gan").outputs

    assert set(output.data) <= {"text/plain", "image/png", "image/jpeg"}
    assert output.data["text/plain"].startswith("[not shown")
    nbformat.validate(notebook)


def test_endless_outputs_are_cut():
    """A log of a million lines must not freeze formgrader."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 10
    cleaned = saved_outputs.cleaned(outputs + [{"output_type": "stream", "name": "stdout", "text": "x"}] * 490)

    assert len(cleaned) == saved_outputs.MAX_OUTPUTS + 1
    assert all(len(output.text) < 2 * saved_outputs.MAX_TEXT for output in cleaned)
    assert cleaned[-1].text == "[440 more outputs are not shown]\n"


def test_a_progress_bar_shows_its_last_state():
    """Of a line that was overwritten a thousand times, one is left."""
    assert saved_outputs.readable("0%\r50%\r100%\r\ndone\x00\x1b[0m") == "100%\ndone\ufffd\x1b[0m"


def test_students_markdown_is_made_harmless(assembler: Assembler, finished: NotebookNode):
    """In own cells of every type and in answers; the words stay readable."""
    finished.cells.append(new_markdown_cell(f"note {SCRIPT} ![x](http://evil.example/x.png)"))
    finished.cells.append(nbformat.v4.new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html"}))
    notebook = shown(assembler, finished)

    assert {cell.cell_type for cell in notebook.cells} == {"code", "markdown"}
    for entry in notebook.cells:
        assert "<script" not in entry.source
        assert "](http" not in entry.source
    assert "alert(1)" in notebook.cells[-1].source


def test_shows_plot_derivation_and_formula_check_beside_the_answers(assembler: Assembler):
    """A marker finds in one place what belongs together, and none of it among the student's words."""
    drawing = Assembler(assembler.assignment, small_course.settings(assembler.assignment), Drawn())
    graded = assemble(drawing, None, files={"word_vectors": b"\x89PNG plot", "derivation": b"%PDF-1.4 steps"})
    part_two, derivations = graded.notebooks["hw4_partII"], graded.notebooks["derivations"]
    order = [cell.id for cell in derivations.cells]
    notes = cell(derivations, "grad_softmax_u-notes")

    assert [cell.id for cell in part_two.cells][
        ids(part_two).index("plot_reading") - 1
    ] == "plot_reading-file-word_vectors"
    assert cell(part_two, "plot_reading-file-word_vectors").source.startswith(
        '**word_vectors.png**\n\n<img src="word_vectors.jpg"'
    )
    answer = order.index("grad_softmax_u")
    assert order[answer - 1 : answer + 2] == [
        "grad_softmax_u-notes",
        "grad_softmax_u",
        "grad_softmax_u-file-derivation",
    ]
    assert "Formula check, **wrong**: A sign is wrong." in notes.source
    assert notes.metadata.tags == ["mark-scheme"]
    assert cell(derivations, "grad_softmax_u").source == sheets.NO_ANSWER
    assert {name: graded.files[name] for name in ("word_vectors.jpg", "derivation_page_01.jpg", "derivation.pdf")} == {
        "word_vectors.jpg": b"drawn plot", "derivation_page_01.jpg": b"drawn page", "derivation.pdf": b"%PDF-1.4 steps",
    }  # fmt: skip


def test_what_a_person_marks_stands_first(assembler: Assembler):
    """Question, scheme, plot, answer, in this order; what is wrong with the whole notebook still comes before."""
    drawing = Assembler(assembler.assignment, small_course.settings(assembler.assignment), Drawn())
    notebook = assemble(drawing, None, files={"word_vectors": b"\x89PNG plot"}).notebooks["hw4_partII"]
    given = [cell.id for cell in drawing.given["hw4_partII"].notebook.cells]
    first = ["plot_reading_prompt", "plot_reading_scheme", "plot_reading-notes", "plot_reading-file-word_vectors"]
    order = [cell.id for cell in notebook.cells]

    assert order[:7] == ["problem", *first, "plot_reading", "rest-of-notebook"]
    assert order[7:] == [cell_id for cell_id in given if not cell_id.startswith("plot_reading")]


def test_knows_which_answers_are_empty(assembler: Assembler, course: Path):
    """Untouched, deleted and missing answers count as no response; one word of an own does not."""
    sheet = (course / "answers" / "adversarial.md").read_text()
    written = sheet.replace("<!-- BEGIN SOLUTION -->", "My own words.")
    notebook = small_course.part_two()
    cell(notebook, "plot_reading").source = "**Answer.**\n\n*Replace this line with your answer.*\n"
    submission = Submission(
        "ann", notebooks={"hw4_partII": nbformat.writes(notebook).encode()}, sheets={"adversarial": written}
    )
    report = small_course.report("ann", assembler.assignment, sample_noise=Verdict.NOT_ATTEMPTED)

    assert assembler.assemble(report, submission).unanswered == {
        "plot_reading",
        "grad_softmax_u",
        "sample_noise_solution",
    }


def test_an_item_that_was_tried_in_part_is_a_response(assembler: Assembler):
    """One check that found nothing to check does not make the whole item untouched."""
    report = small_course.report("ann", assembler.assignment)
    item = replace(report.items[0], verdict=Verdict.NOT_ATTEMPTED)
    report = replace(report, items=(item, *report.items[1:]))

    assert "leaky_relu_solution" not in assembler.assemble(report, Submission("ann")).unanswered


def test_a_derivation_on_paper_is_a_response(assembler: Assembler):
    """The formula block may be empty when the steps are in a PDF."""
    assert "grad_softmax_u" not in assemble(assembler, None, files={"derivation": b"%PDF-1.4 steps"}).unanswered


def test_any_answer_may_be_in_a_declared_pdf(assembler: Assembler):
    """It is shown with the item, which a person then marks although nothing is written in the notebook."""
    scan = HandedInFile("scan", "my scan.pdf", "pdf", show_with=("plot_reading",))
    declared = replace(assembler.assignment, files=(scan,))
    scanning = Assembler(declared, small_course.settings(declared), Drawn())
    empty = nbformat.writes(small_course.part_two()).encode()
    submission = Submission("ann", notebooks={"hw4_partII": empty}, files={"scan": b"%PDF"})
    graded = scanning.assemble(small_course.report("ann", assembler.assignment), submission)

    assert "plot_reading" not in graded.unanswered
    assert "**my scan.pdf**" in cell(graded.notebooks["hw4_partII"], "plot_reading-file-scan").source
    assert graded.files["scan.pdf"] == b"%PDF"


def test_every_notebook_satisfies_nbformat_and_nbgrader(assembler: Assembler, finished: NotebookNode, tmp_path: Path):
    """What is written can be opened by formgrader, with unique and legal cell ids."""
    graded = assemble(assembler, finished, files={"word_vectors": b"plot"})
    formgrader_notebooks.write(graded, tmp_path / "ann" / "hw4")
    formgrader_notebooks.write(graded, tmp_path / "ann" / "hw4")

    assert [path.name for path in (tmp_path / "ann").iterdir()] == ["hw4"]
    assert sorted(path.stem for path in (tmp_path / "ann" / "hw4").glob("*.ipynb")) == [
        "adversarial",
        "derivations",
        "hw4_partI",
        "hw4_partII",
    ]
    for path in (tmp_path / "ann" / "hw4").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
OUTPUT = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "display_data", "execute_result", "error", "odd"])},
    optional={"data": JSON, "text": JSON, "name": JSON, "traceback": JSON, "ename": JSON, "metadata": JSON},
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "odd"]), "source": st.text(max_size=30) | JSON},
    optional={
        "outputs": st.lists(OUTPUT, max_size=3),
        "id": JSON,
        "metadata": st.fixed_dictionaries(
            {"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from(["leaky_relu", "imports", "?"]) | JSON})}
        )
        | JSON,
    },
)


@given(st.lists(CELL, max_size=5))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_notebook_becomes_a_valid_one(assembler: Assembler, cells: list):
    """Whatever the cells hold, the result validates and has each graded cell exactly once."""
    notebook = shown(assembler, json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells}).encode())
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)

    names = [name for name in ids(notebook) if name]
    assert names == [cell.id for cell in small_course.part_one().cells]


def test_an_answer_in_a_new_cell_is_marked_in_its_place(assembler: Assembler):
    """It is shown once, in the cell that gets the points, and the marker is told where it stood."""
    notebook = small_course.part_two()
    cell(notebook, "plot_reading").source = "**Answer.**\n\n*Replace this line with your answer.*"
    place = ids(notebook).index("plot_reading")
    notebook.cells.insert(place + 1, new_markdown_cell(f"Words of one kind are near. {SCRIPT}"))
    notebook.cells = [entry for entry in notebook.cells if entry.id != "plot_reading_scheme"]
    submission = Submission("ann", notebooks={"hw4_partII": nbformat.writes(notebook).encode()})
    graded = assembler.assemble(small_course.report("ann", assembler.assignment), submission)
    shown = graded.notebooks["hw4_partII"]

    assert cell(shown, "plot_reading").source.startswith("**Answer.**\n\nWords of one kind are near.")
    assert sum("Words of one kind" in entry.source for entry in shown.cells) == 1
    assert "<script" not in cell(shown, "plot_reading").source
    assert "found in a new cell below its place" in cell(shown, "plot_reading-notes").source
    assert "plot_reading" not in graded.unanswered


def test_words_that_were_written_into_a_given_cell_are_shown(assembler: Assembler, finished: NotebookNode):
    """The cell itself stays as it was given; what the student added stands below it."""
    prompt = ids(finished).index("leaky_relu_prompt")
    finished.cells[prompt].source += f"\n\nI could not do this. {SCRIPT}"
    notebook = shown(assembler, finished)
    place = ids(notebook).index("leaky_relu_prompt")

    assert "could not" not in notebook.cells[place].source
    assert notebook.cells[place + 1].source.startswith("I could not do this.")
    assert "<script" not in notebook.cells[place + 1].source
