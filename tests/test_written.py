"""What a marker sees beside a written answer: suggestions that stay suggestions, hints, pictures, the run time."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
import small_course
import whole_gradebook
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.assignments.hw4 import demo
from autograder.assignments.hw4.demo import writing as demo_writing
from autograder.course import assignment as assignments
from autograder.course import sheets
from autograder.gradebook import ScoreWriter
from autograder.grading import grader
from autograder.handin import filled_sheet
from autograder.marking.answers import written_answers
from autograder.marking.exhibits import MOST_CODE
from autograder.marking.rendered_pictures import Pictures, RenderedPictures
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.nbgrader.formgrader_notebooks import Assembler

HOSTILE = "<script>alert(1)</script>"


class Drawn(RenderedPictures):
    """Pictures without the process that draws them."""

    def __init__(self, note: str = "", pages: int = 2) -> None:
        super().__init__()
        self._pictures = Pictures(tuple(b"page %d" % number for number in range(pages)), note)

    def plot(self, png: bytes) -> Pictures:
        return Pictures(self._pictures.files[:1], self._pictures.note)

    def pages(self, pdf: bytes) -> Pictures:
        return self._pictures


@pytest.fixture(scope="module")
def given(assignment):
    return Assembler(assignment, small_course.settings(assignment)).given


def assembled(assignment, submission: Submission, rendered: RenderedPictures | None = None):
    awaiting = grader.awaiting(assignment, submission)
    return Assembler(assignment, small_course.settings(assignment), rendered or Drawn()).assemble(
        Report("ann", (), awaiting), submission
    )


def cell(graded, name: str, cell_id: str):
    return next((entry for entry in graded.notebooks[name].cells if entry.id == cell_id), None)


def derivations(assignment, formulas: dict[str, str]) -> dict[str, str]:
    writer = demo_writing.Writer(steps=0, formulas=formulas)
    return {"derivations": demo_writing.filled(assignment.sheet("derivations"), writer)}


def test_verdict_and_suggestion_stand_above_the_answer(assignment):
    """In a cell of their own, which no student gets; the answer holds the student's words alone."""
    graded = assembled(assignment, Submission("ann", sheets=derivations(assignment, demo_writing.WRONG_SIGN)))
    notes, answer = (cell(graded, "derivations", cell_id) for cell_id in ("grad_softmax_u-notes", "grad_softmax_u"))
    cells = graded.notebooks["derivations"].cells

    assert cells.index(notes) == cells.index(answer) - 1
    assert "Formula check, **wrong**: Right except for the sign" in notes.source
    assert "Suggested for the final result: **2 of 3**" in notes.source
    assert notes.metadata.tags == ["mark-scheme"]
    assert "nbgrader" not in notes.metadata
    assert "Suggested" not in answer.source
    assert "Formula check" not in answer.source


def test_a_suggestion_is_no_score(tmp_path):
    """Nothing but a person gives points to a written answer, and what a person gave survives the next run."""
    assignment = assignments.load(small_course.make(tmp_path / "course"))
    db_url = small_course.db_url(assignment.course_dir, tmp_path)
    answer = "```formula\n(yhat_w - y_w) v_c\n```\n\nBy the chain rule."
    text = sheets.released_text(assignment.sheet("derivations")).replace("```formula\ndJ/du_w =\n```", answer)
    submission = Submission("ann", sheets={"derivations": text})
    report = small_course.report("ann", assignment)
    awaiting = tuple(replace(entry, formula="right", diagnosis="Right.") for entry in report.awaiting_person)
    ready = Assembler(assignment, small_course.settings(assignment)).assemble(
        replace(report, awaiting_person=awaiting), submission
    )
    with ScoreWriter(assignment, small_course.settings(assignment), db_url) as writer:
        writer.record(ready)
        before = grades(db_url)
        small_mark(db_url, "grad_softmax_u", "derivations", 7.5, "Where is the chain rule?")
        writer.record(ready)

    assert (before[:2], before[3]) == ((None, None), True)
    assert (grades(db_url)[:2], grades(db_url)[3]) == ((None, 7.5), False)
    comments = whole_gradebook.dump(db_url)["hw4"]["submissions"]["ann"]["derivations"]["comments"]
    assert comments["grad_softmax_u"][1] == "Where is the chain rule?"


def grades(db_url: str) -> tuple:
    return whole_gradebook.dump(db_url)["hw4"]["submissions"]["ann"]["derivations"]["grades"]["grad_softmax_u"]


def small_mark(db_url: str, item: str, notebook: str, score: float, comment: str) -> None:
    """Give a mark as formgrader does."""
    from nbgrader import api

    with api.Gradebook(db_url) as book:
        grade = book.find_grade(item, notebook, "hw4", "ann")
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment(item, notebook, "hw4", "ann").manual_comment = comment
        book.db.commit()


def test_hints_stand_with_the_answer_they_are_about(assignment):
    """Too long, and empty; an answer in order gets no note at all."""
    sheet = assignment.sheet("cbow")
    text = demo_writing.filled(sheet, demo_writing.Writer(short=2)) + "\n[5]\n"
    graded = assembled(assignment, Submission("ann", sheets={"cbow": text, "adversarial": demo.answered(sheet)}))

    assert "about 2 sentences" in cell(graded, "cbow", "cbow_structure-notes").source
    assert filled_sheet.UNTOUCHED in cell(graded, "cbow", "cbow_rare_words-notes").source
    assert filled_sheet.MISSING in cell(graded, "debiasing", "debias_methods-notes").source
    answered = assembled(
        assignment, Submission("ann", sheets={"adversarial": demo.answered(assignment.sheet("adversarial"))})
    )
    assert cell(answered, "adversarial", "attacks-notes") is None


def shown_plot(assignment, given, run_time: str) -> str:
    """Return what stands above the reading of the plot, for a notebook with that code for the run time."""
    notebook = nbformat.from_dict(given["hw4_partII"].notebook)
    for entry in notebook.cells:
        if entry.metadata.get("nbgrader", {}).get("grade_id") == "word_vectors_solution":
            entry.source = run_time
    files = {"word_vectors": b"png"}
    submission = Submission("ann", {"hw4_partII": nbformat.writes(notebook).encode()}, files=files)
    return cell(assembled(assignment, submission), "hw4_partII", "plot_reading-file-word_vectors").source


def test_a_picture_stands_with_the_code_of_the_item_of_its_name(assignment, given):
    """As the student wrote it, which is quoted and never run."""
    stated = "def run_time_minutes():\n    return 61 / 2"
    shown = shown_plot(assignment, given, stated)

    assert shown.startswith('**word_vectors.png**\n\n<img src="word_vectors.jpg"')
    assert shown.endswith(f"\n\n```python\n{stated}\n```")


def test_hostile_code_is_quoted(assignment, given):
    """Whatever stands in the cell, it stays text."""
    source = f"def run_time_minutes():\n    return 1\n```\n~~~\n{HOSTILE}\n![x](http://evil.example/x.png)\n"
    shown = shown_plot(assignment, given, source)

    assert "<script" not in shown
    assert "](http" not in shown
    assert shown.rstrip().endswith("````")
    assert len(shown_plot(assignment, given, "x = 1\n" * 1000)) < 2 * MOST_CODE


def test_pages_stand_under_each_item_that_they_are_declared_for(assignment):
    """With the file itself for who wants it, and the steps looked for there."""
    graded = assembled(assignment, Submission("ann", files={"derivation": b"%PDF"}))
    order = [entry.id for entry in graded.notebooks["derivations"].cells]

    for item in ("grad_softmax_u", "grad_neg_v", "grad_neg_u"):
        assert order.index(f"{item}-file-derivation") == order.index(item) + 1
        assert cell(graded, "derivations", f"{item}-file-derivation").source.count("<img ") == 2
    assert {name for name in graded.files if name.startswith("derivation")} == {
        "derivation.pdf", "derivation_page_01.jpg", "derivation_page_02.jpg",
    }  # fmt: skip
    assert filled_sheet.STEPS_ON_PAPER in cell(graded, "derivations", "grad_neg_u-notes").source


def test_a_sentence_stands_in_place_of_pictures_that_cannot_be_made(assignment):
    """For the plot and for the PDF."""
    submission = Submission("ann", files={"word_vectors": b"png", "derivation": b"%PDF"})
    graded = assembled(assignment, submission, Drawn("It is damaged.", pages=0))

    assert "**It is damaged.**" in cell(graded, "hw4_partII", "plot_reading-file-word_vectors").source
    assert "**It is damaged.**" in cell(graded, "derivations", "grad_neg_u-file-derivation").source
    assert "word_vectors.jpg" not in graded.files


def test_a_refused_submission_gets_its_sentence_and_no_hints(assignment):
    """There is nothing to complete."""
    graded = assembled(assignment, Submission("ann", problem="This is no zip."))

    assert cell(graded, "cbow", "refused").source == "**This is no zip.**"
    assert not [entry for book in graded.notebooks.values() for entry in book.cells if entry.id.endswith("-notes")]


def test_answers_are_found_in_sheets_and_notebooks(assignment, given):
    """Without what was given; everything that cannot be read is an empty answer."""
    notebook = nbformat.from_dict(given["hw4_partII"].notebook)
    for entry in notebook.cells:
        if entry.metadata.get("nbgrader", {}).get("grade_id") == "plot_reading":
            entry.source = f"**Answer.** Words of one kind.\n\nThey are near.\n\n{entry.source}"
    notebook.cells.append(new_markdown_cell("My own cell."))
    submission = Submission(
        "ann", {"hw4_partII": nbformat.writes(notebook).encode()}, derivations(assignment, demo_writing.RIGHT)
    )
    answers = written_answers(submission, assignment, given).texts

    assert list(answers) == [item.id for item in assignment.person_items]
    assert answers["plot_reading"].split() == "Words of one kind. They are near.".split()
    assert answers["grad_neg_v"].startswith("```formula")
    assert answers["attacks"] == ""
    for data in (b"", b"{", b'{"cells": 3}'):
        assert set(written_answers(Submission("ann", {"hw4_partII": data}), assignment, given).texts.values()) == {""}


def _marked(notebook: NotebookNode) -> None:
    _answer_cell(notebook).source = "**Answer.**\n\nThey are near."


def _without_the_mark(notebook: NotebookNode) -> None:
    _answer_cell(notebook).source = "They are near."


def _in_a_later_cell(notebook: NotebookNode) -> None:
    _marked(notebook)
    notebook.cells.insert(notebook.cells.index(_answer_cell(notebook)), new_markdown_cell("A note."))


def _where_the_question_was_changed(notebook: NotebookNode) -> None:
    _marked(notebook)
    notebook.cells[notebook.cells.index(_answer_cell(notebook)) - 1].source += " I see."


def _nowhere(notebook: NotebookNode) -> None:
    notebook.cells.remove(_answer_cell(notebook))


def _answer_cell(notebook: NotebookNode) -> NotebookNode:
    return next(entry for entry in notebook.cells if entry.id == "plot_reading")


@pytest.mark.parametrize(
    "write", [_marked, _without_the_mark, _in_a_later_cell, _where_the_question_was_changed, _nowhere]
)
def test_an_answer_is_found_where_the_ids_are_lost(write, assignment, given):
    """Colab and copying lose ids: an answer is known by its place behind the question and by its first line."""
    notebook = nbformat.from_dict(given["hw4_partII"].notebook)
    write(notebook)
    for entry in notebook.cells:
        entry.metadata.clear()
    submission = Submission("ann", {"hw4_partII": nbformat.writes(notebook).encode()})

    answer = written_answers(submission, assignment, given).texts["plot_reading"]

    assert answer == ("" if write is _nowhere else "They are near.")
