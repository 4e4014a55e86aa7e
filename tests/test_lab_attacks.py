"""The lab on attacks, at a small size, and the attacks of the kit on a small network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab_runs import LabRun, lab_data, run_lab

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
pytest.importorskip("tensorflow")

import tensorflow as tf
from hw4kit.labs import carlini_wagner, l0, lbfgs, linf
from hw4kit.labs.attacked import Attacked, margin
from hw4kit.labs.networks import Classifier
from hw4kit.labs.together import Together

__all__ = ["lab_data"]  # a fixture

IMAGES, PIXELS, CLASSES = 6, 20, 4
SMALL = {
    "IMAGES": 8, "CONSTANTS": 5, "ITERATIONS": 60, "LEARNING_RATE": 0.2, "LBFGS_IMAGES": 4, "LBFGS_CONSTANTS": 5,
    "L0_ROUNDS": 14, "LINF_ROUNDS": 10, "KAPPAS": (0, 8),
}  # fmt: skip


def f6(z: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    return tf.nn.relu(-margin(z, t))


def f6_with(kappa: float) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    return lambda z, t: tf.maximum(-margin(z, t), -kappa)


class Case:
    """A small network with random weights, images and targets."""

    def __init__(self) -> None:
        rng = np.random.default_rng(4)
        self.arrays = [rng.normal(size=size) for size in ((PIXELS, 30), (30,), (30, CLASSES), (CLASSES,))]
        self.network = Classifier(self.arrays, dropout=0.0)
        self.x = rng.uniform(size=(IMAGES, PIXELS)).astype(np.float32)
        self.x[:, :6] = np.tile([0, 1], 3)  # pixels on both sides of the box
        self.t = (self.logits(self.x).argmax(axis=1) + rng.integers(1, CLASSES, size=IMAGES)) % CLASSES

    def logits(self, images: np.ndarray) -> np.ndarray:
        """The network once more, in NumPy."""
        first, bias, last, last_bias = self.arrays
        return np.maximum(images.astype(np.float64) @ first + bias, 0) @ last + last_bias

    def margins(self, images: np.ndarray) -> np.ndarray:
        z = self.logits(images)
        rows = np.arange(len(z))
        others = z.copy()
        others[rows, self.t] = -np.inf
        return z[rows, self.t] - others.max(axis=1)

    def check(self, attacked: Attacked, kappa: float = 0.0) -> None:
        """The box is kept, and what counts as found says the target by kappa."""
        assert attacked.found.all()
        assert attacked.images.min() >= 0
        assert attacked.images.max() <= 1
        assert (self.margins(attacked.images) > kappa - 1e-4).all()  # logits of size 10 in float32 differ by 1e-5


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


@pytest.fixture(scope="module")
def closest(case: Case) -> Attacked:
    return l2(case)


def l2(case: Case, **options: Any) -> Attacked:
    options = {"objective": f6, **options}
    settings = carlini_wagner.Settings(8, 200, 0.1, 0.1)
    return carlini_wagner.l2_attack(case.network.logits, images=case.x, targets=case.t, settings=settings, **options)


def test_l2_finds_the_target_in_the_box(case: Case, closest: Attacked) -> None:
    case.check(closest)

    assert closest.distances == pytest.approx(np.linalg.norm(closest.images - case.x, axis=1), rel=1e-3)


def test_l2_stops_at_the_boundary(case: Case, closest: Attacked) -> None:
    """A tenth less of the change, and the network no longer says the target."""
    shorter = case.x + 0.9 * (closest.images - case.x)

    assert (case.margins(shorter) < 0).all()


def test_confidence_costs_distance(case: Case, closest: Attacked) -> None:
    sure = l2(case, objective=f6_with(3.0), kappa=3.0)
    case.check(sure, 3.0)

    assert (sure.distances > closest.distances).all()


def test_a_further_term_has_to_be_met_too(case: Case, closest: Attacked) -> None:
    """Here: the mean of the pixels must not fall below .6."""
    bright = l2(case, further=lambda x, t: 20 * tf.nn.relu(0.6 - tf.reduce_mean(x, axis=1)))
    case.check(bright)

    assert (closest.images.mean(axis=1) < 0.6).any()
    assert (bright.images.mean(axis=1) > 0.6 - 1e-5).all()


def test_what_is_not_found_is_the_image_itself(case: Case) -> None:
    nothing = l2(case, kappa=1e6)

    assert not nothing.found.any()
    assert (nothing.images == case.x).all()
    assert np.isnan(nothing.distances).all()
    assert np.isnan(nothing.mean_distance)


def test_l0_changes_as_many_pixels_as_it_says(case: Case, closest: Attacked) -> None:
    few = l0.l0_attack(case.network.logits, f6, case.x, case.t)
    case.check(few)
    changed = (few.images != case.x).sum(axis=1)

    assert (few.distances == changed).all()
    assert (changed < (np.abs(closest.images - case.x) > 1e-3).sum(axis=1)).all()


def test_linf_changes_no_pixel_by_more_than_it_says(case: Case, closest: Attacked) -> None:
    even = linf.linf_attack(case.network.logits, f6, case.x, case.t)
    case.check(even)
    largest = np.abs(even.images - case.x).max(axis=1)

    assert even.distances == pytest.approx(largest, abs=1e-5)
    assert (largest < np.abs(closest.images - case.x).max(axis=1)).all()


def test_lbfgs_is_about_as_close_as_adam(case: Case, closest: Attacked) -> None:
    """Two solvers of one problem: neither is far from the other's distance."""
    found = lbfgs.lbfgs_attack(
        case.network.logits,
        lambda z, t: tf.nn.sparse_softmax_cross_entropy_with_logits(t, z),
        case.x, case.t, settings=lbfgs.Settings(line_search_steps=14),
    )  # fmt: skip
    case.check(found)

    assert (found.distances < 1.5 * closest.distances).all()
    assert (case.margins(case.x + 0.7 * (found.images - case.x)) < 0).mean() > 0.5  # near the boundary


def test_images_of_another_scale_are_refused(case: Case) -> None:
    with pytest.raises(ValueError, match=r"Pixels must lie in \[0, 1\]"):
        carlini_wagner.l2_attack(case.network.logits, f6, 2 * case.x - 1, case.t)
    with pytest.raises(ValueError, match="one target for each"):
        lbfgs.lbfgs_attack(case.network.logits, f6, case.x, case.t[:1])


def test_solvers_that_end_at_different_times_get_their_own_answers() -> None:
    together = Together(5, lambda points, constants: (points.sum(axis=1) * constants,), 3)

    def solve(number: int) -> list[float]:
        return [float(together.ask(number, np.full(3, number + step), 2.0)[0]) for step in range(number)]

    assert together.run(solve, lambda: None) == [[6.0 * (n + step) for step in range(n)] for n in range(5)]


def test_an_error_in_an_objective_ends_all_solvers(case: Case) -> None:
    def broken(z: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
        raise RuntimeError("no such objective")

    with pytest.raises(RuntimeError, match="no such objective"):
        lbfgs.lbfgs_attack(case.network.logits, broken, case.x, case.t)


@pytest.fixture(scope="module")
def run(lab_data: Path) -> Iterator[LabRun]:
    return run_lab("attacks", SMALL, lab_data)


def test_the_argument_holds_at_a_small_size(run: LabRun) -> None:
    """Whether f1 or f6 needs more, and which of the optimizers, is for more images and iterations."""
    steps = {"f6_finds_all", "probabilities_miss", "l0_is_sparse", "linf_is_even", "kappa_costs", "kappa_transfers"}

    assert {key for key in steps if not run.holds[key]} == set()
    assert len(run.images) == 4
