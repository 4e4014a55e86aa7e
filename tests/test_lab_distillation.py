"""The lab on distillation at a small size, and its pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from lab_runs import SOURCE_DIR, LabRun, run_lab

sys.path.insert(0, str(SOURCE_DIR))
from hw4kit.labs import distillation_plots

SMALL = {
    "IMAGES": 8,
    "LINE_SEARCH_STEPS": 2,
    "CW_IMAGES": 20,
    "BINARY_SEARCH_STEPS": 4,
    "CW_ITERATIONS": 100,
    "SWEEP": [1.0, 30.0],
    "SWEEP_TRAIN_IMAGES": 2000,
    "SWEEP_EPOCHS": 25,
    "SWEEP_IMAGES": 6,
}


@pytest.fixture(scope="module")
def run(lab_data: Path) -> LabRun:
    """The lab, run once."""
    return run_lab("distillation", SMALL, lab_data)


def test_every_step_of_the_argument_holds(run: LabRun) -> None:
    """At this size and on digits that a program drew, too; only the distances need more images."""
    assert {key for key, is_so in run.holds.items() if not is_so} <= {"cw_stays", "same_distance"}


def test_no_probability_underflows_on_the_undistilled_network(run: LabRun) -> None:
    assert run.figures["lbfgs_undistilled"] > run.figures["lbfgs_float32"]
    assert run.figures["size_distilled"] > 10 * run.figures["size_undistilled"]


def test_it_shows_five_pictures_and_no_warning(run: LabRun) -> None:
    """Two of shares, logits, digits, the sweep."""
    assert len(run.images) == 5
    assert "Warning" not in run.errors


def test_a_logit_of_zero_is_drawn() -> None:
    """A logarithmic axis has no place for 0."""
    figure = distillation_plots.show_logits({"one": np.zeros((3, 10)), "other": np.full((3, 10), -400.0)})

    counts = [sum(bar.get_height() for bar in bars) for bars in figure.axes[0].containers]
    np.testing.assert_allclose(counts, 1)


def test_a_network_may_lack_a_row() -> None:
    """It then has no bar there, and the others keep their places."""
    figure = distillation_plots.show_shares({"a": {"one": 0.2, "other": 1.0}, "b": {"other": 0.0}}, "share")

    ax = figure.axes[0]
    assert [len(bars) for bars in ax.containers] == [1, 2]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b"]
    assert sorted(text.get_text() for text in ax.texts) == ["0.0%", "100.0%", "20.0%"]


def test_an_attack_without_any_distance_is_no_error() -> None:
    figure = distillation_plots.show_sweep([1, 100], {"attack": [0, 0]}, {"attack": [np.nan, np.nan]})

    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["1", "100"]
