"""Failures of a student's own cells: those that grading itself causes are not told, all others are."""

from __future__ import annotations

import pytest

from autograder.handin.asked import GivenCell, Notebook, Role
from autograder.handin.cell_outcomes import reportable
from autograder.handin.cell_plan import Cell
from autograder.model.report import Verdict
from autograder.session.notebook_process import CellOutcome

TRAINED = "from kit import train_gan as train\nimages, _ = load()\nrun = train(images)"


@pytest.fixture
def source():
    cells = [GivenCell("helpers", Role.RUN, "def helper(): pass"), GivenCell("train", Role.TRAINING, TRAINED)]
    return Notebook({}, {}, [*cells, GivenCell("f_solution", Role.SOLUTION)])


def failed(label: str, source: str, name: str, kind: str = "NameError") -> CellOutcome:
    text = f"Line 1 of the cell {label} could not run: {kind}: name '{name}' is not defined"
    return CellOutcome(Cell(label, source), text, Verdict.ERROR, source)


@pytest.mark.parametrize("name", ["train", "images", "run"])
def test_a_trial_with_what_training_gives_is_not_told(source, name):
    assert reportable(source, [failed("number 9", f"print({name})", name)]) == []


def test_what_follows_from_such_a_trial_is_not_told_either(source):
    first = failed("number 9", "other = train(images)", "train")
    second = failed("number 10", "show(other)", "other")

    assert reportable(source, [first, second]) == []
    assert reportable(source, [second]) == [second]


def test_a_cell_too_long_to_be_parsed_excuses_no_other(source):
    """Python's parser takes 5 s and 666 MiB of memory for a million characters, and runs in the grader here."""
    first = failed("number 9", "other = train(images)\n" + "a = 1\n" * 5_000_000, "train")
    second = failed("number 10", "show(other)", "other")

    assert reportable(source, [first, second]) == [second]


@pytest.mark.parametrize(
    "outcome",
    [
        failed("number 9", "print(helper2)", "helper2"),
        failed("number 9", "print(helper)", "helper"),
        failed("f_solution", "print(images)", "images"),
        failed("helpers", "print(images)", "images"),
        failed("number 9", "images.mean()", "images", kind="AttributeError"),
        failed("number 9", "images = %magic", "nothing"),
    ],
)
def test_every_other_failure_is_told(source, outcome):
    assert reportable(source, [outcome]) == [outcome]
