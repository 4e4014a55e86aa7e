"""What the report says when a notebook was run with other versions than the grader's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.student_versions import difference
from autograder.handin.asked import GivenCell, Notebook, Role
from autograder.handin.notebook_file import Cell, NotebookFile

GRADER = {"python": "3.12.3", "numpy": "2.3.5", "tensorflow": "2.21.0"}
ASKED = Notebook(
    functions={}, questions={}, cells=[GivenCell("setup", Role.TRAINING, "show()"), GivenCell("f", Role.SOLUTION)]
)


def notebook(*printed: str, grade_id: str = "setup", python: str = "") -> NotebookFile:
    outputs = [{"output_type": "stream", "text": text} for text in printed]
    return NotebookFile((Cell("code", "show()", grade_id, {"outputs": outputs}),), (), python)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("NumPy 1.26.4\n", "it was run with NumPy 1.26.4; the grader has NumPy 2.3.5."),
        ("numpy==2.0.2, TensorFlow 2.19.0.", "it was run with numpy 2.0.2, TensorFlow 2.19.0; the grader has"),
        ("Python 3.11.7 (main)", "it was run with Python 3.11.7; the grader has Python 3.12.3."),
        ("NumPy 1.26\nNumPy 2.3.1", ""),  # the last one counts
        ("NumPy 2.3.0, Python 3.12.9, TensorFlow 2.21.1-rc0", ""),  # only the last number differs
        ("Matplotlib 3.1.1, seed 18739, accuracy 0.93", ""),  # the grader's does not decide anything
        ("MyNumPy 1.0.0, NumPy one, NumPy 1", ""),
        ("", ""),
    ],
)
def test_minor_versions_that_differ_are_named(printed: str, said: str) -> None:
    """Those that a given cell printed, by the names that the grader knows."""
    assert difference(ASKED, notebook(printed), GRADER)[: len(said) or None] == said


def test_jupyter_says_which_python_it_was() -> None:
    """Where no cell prints it; what a cell printed was there when the code ran."""
    assert "Python 3.13.1;" in difference(ASKED, notebook("", python="3.13.1"), GRADER)
    assert difference(ASKED, notebook("Python 3.12.1", python="3.13.1"), GRADER) == ""


def test_only_given_cells_are_read() -> None:
    """What a student's own cell prints is about something else."""
    assert difference(ASKED, notebook("NumPy 1.26.4", grade_id="f"), GRADER) == ""


@given(st.lists(st.text() | st.sampled_from(["NumPy 9.9.9" * 50, "Python " + "9" * 99, "\0\x1b[31m", "a.1" * 3000])))
def test_whatever_is_printed_the_sentence_is_short(printed: list[str]) -> None:
    """The output is the student's, and may hold anything."""
    said = difference(ASKED, notebook(*printed), GRADER)

    assert len(said) < 300
    assert said.isprintable()
