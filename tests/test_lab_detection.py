"""The detection lab: its steps at a small size, and the parts of the kit that it is made of."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from lab_runs import SOURCE_DIR, LabRun, run_lab
from sklearn.neighbors import KernelDensity, NearestNeighbors

sys.path.insert(0, str(SOURCE_DIR))
from hw4kit.labs.detection import Detector, Scores, curve, nearest_distances, training_points, with_noise
from hw4kit.labs.detection_plots import show_roc, show_rows, show_scores, show_sweep
from hw4kit.labs.digits import Digits
from hw4kit.labs.networks import Classifier

SMALL = {
    "IMAGES": 40, "TAUGHT": 20, "POINTS": 40, "PASSES": 20, "KAPPAS": [0, 10, 30],
    "KNOWING_KAPPA": 10, "SEARCH_STEPS": 3, "ITERATIONS": 80,
}  # fmt: skip
CLASSES = 10


@pytest.fixture(scope="module")
def run(lab_data: Path) -> LabRun:
    return run_lab("detection", SMALL, lab_data)


@pytest.fixture(scope="module")
def network() -> Classifier:
    """A network whose features are the first ten pixels, and whose class is the brightest of them."""
    pixels, same, nothing = np.eye(784, CLASSES), np.eye(CLASSES), np.zeros(CLASSES)
    return Classifier([pixels, nothing, same, nothing, 5 * same, nothing], dropout=0.5)


@pytest.fixture(scope="module")
def digits() -> Digits:
    images = np.random.default_rng(2).random((800, 784), dtype=np.float32)
    labels = np.zeros(800, dtype=np.int64)
    return Digits(images[:600], labels[:600], images[600:], labels[600:], "noise", True)


class TestTheLab:
    def test_runs_on_the_stand_in_without_a_warning(self, run: LabRun) -> None:
        """The ranges of the real data are not shown for it."""
        assert run.results["lab"] == "detection"
        assert run.results["usual"] == {}
        assert len(run.images) == 6
        assert "Warning" not in run.errors

    def test_catches_the_plain_attack(self, run: LabRun) -> None:
        assert run.holds["plain_is_caught"]
        assert run.holds["size_is_not_the_reason"]

    def test_confidence_turns_the_dropout_variance_round(self, run: LabRun) -> None:
        assert run.holds["confidence_breaks_dropout"]

    def test_an_attack_that_knows_the_density_passes_it_and_pays(self, run: LabRun) -> None:
        assert run.holds["knowing_passes_density"]
        assert run.holds["knowing_costs_distance"]


class TestScoresOfTheNotebook:
    """The two scores stand in the notebook; here its cell runs with a small network."""

    @pytest.fixture
    def cell(self, network: Classifier, digits: Digits) -> dict:
        notebook = nbformat.read(SOURCE_DIR / "labs" / "detection.ipynb", as_version=4)
        (source,) = [cell.source for cell in notebook.cells if cell.id == "scores"]
        names = {
            "np": np, "tf": tf, "Scores": Scores, "network": network, "digits": digits, "SEED": 3, "POINTS": 30,
            "PASSES": 25, "training_points": training_points, "nearest_distances": nearest_distances,
        }  # fmt: skip
        exec(source, names)
        return names

    def test_density_is_that_of_scikit_learn(self, cell: dict, network: Classifier, digits: Digits) -> None:
        """Up to the constant that makes a density sum to 1."""
        images, points, sigma = digits.test_images, cell["points"], float(cell["sigma"])
        found = cell["log_density"](images, network.predict(images)).numpy()
        features = network.features(images).numpy().astype(np.float64)
        constant = features.shape[1] / 2 * np.log(2 * np.pi * sigma**2)

        for label in np.unique(points.labels):
            mine = network.predict(images) == label
            kernel = KernelDensity(bandwidth=sigma).fit(points.features[points.labels == label])
            # squared distances of about 10 in float32 are right to 1e-5 or so
            assert found[mine] == pytest.approx(kernel.score_samples(features[mine]) + constant, abs=1e-3)

    def test_uncertainty_is_the_variance_over_the_masks(self, cell: dict, network: Classifier, digits: Digits) -> None:
        images = digits.test_images[:50]
        tf.random.set_seed(3)
        answers = np.stack([tf.nn.softmax(network.dropout_logits(images)) for _ in range(25)])

        assert cell["uncertainty"](images).numpy() == pytest.approx(answers.var(axis=0).sum(axis=1), abs=1e-5)
        assert np.array_equal(cell["uncertainty"](images), cell["uncertainty"](images))

    def test_scores_use_the_predicted_class(self, cell: dict, network: Classifier, digits: Digits) -> None:
        images = digits.test_images[:20]
        predicted = network.predict(images)

        assert cell["scores"](images).density == pytest.approx(cell["log_density"](images, predicted).numpy())
        assert (cell["log_density"](images, (predicted + 1) % CLASSES).numpy() != cell["scores"](images).density).any()


def test_each_class_has_the_same_number_of_training_points(network: Classifier, digits: Digits) -> None:
    """The class with the fewest images sets it."""
    predicted = network.predict(digits.train_images)
    fewest = np.bincount(predicted, minlength=CLASSES).min()
    points = training_points(network, digits, 10_000, seed=0)

    assert np.bincount(points.labels).tolist() == [fewest] * CLASSES
    assert (points.features.argmax(axis=1) == points.labels).all()
    assert len(training_points(network, digits, 5, seed=0).labels) == 5 * CLASSES


def test_nearest_neighbours_are_those_of_scikit_learn(network: Classifier, digits: Digits) -> None:
    """Of the same class, and never the point itself."""
    points = training_points(network, digits, 30, seed=0)
    found = nearest_distances(points)

    for label in range(CLASSES):
        mine = points.labels == label
        two = NearestNeighbors(n_neighbors=2).fit(points.features[mine]).kneighbors()[0]
        assert found[mine] == pytest.approx(two[:, 0], abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(
    images=arrays(np.float32, (3, 784), elements=st.sampled_from([0.0, 0.3, 1.0])),
    distances=arrays(np.float64, 3, elements=st.floats(0.01, 12)),
    seed=st.integers(0, 2**32 - 1),
)
def test_noise_has_the_size_that_is_asked_for(images: np.ndarray, distances: np.ndarray, seed: int) -> None:
    """Although pixels stay in [0, 1]."""
    noisy = with_noise(images, distances, seed)

    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert np.linalg.norm((noisy - images).astype(np.float64), axis=1) == pytest.approx(distances, rel=1e-3)


@given(
    others=arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 5).map(float)),
    adversarial=arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 5).map(float)),
)
def test_area_is_the_share_of_pairs_in_the_right_order(others: np.ndarray, adversarial: np.ndarray) -> None:
    """A pair of equals counts half."""
    truth = np.repeat([False, True], [len(others), len(adversarial)])
    found = curve(truth, np.concatenate([others, adversarial]))
    pairs = np.sign(adversarial[:, None] - others)

    assert found.area == pytest.approx(((pairs + 1) / 2).mean())
    assert np.trapezoid(found.caught, found.false_alarms) == pytest.approx(found.area)


class TestDetector:
    @pytest.fixture
    def sets(self) -> tuple[list[Scores], Scores]:
        """Images of which neither score alone tells all: low density or high variance gives them away."""
        rng = np.random.default_rng(5)
        others = [Scores(rng.normal(0, 1, 200), rng.normal(0, 1, 200)) for _ in range(2)]
        return others, Scores(rng.normal(-1.5, 1, 200), rng.normal(1.5, 1, 200))

    def test_both_scores_together_tell_more_than_each(self, sets: tuple[list[Scores], Scores]) -> None:
        curves = Detector(*sets).curves(*sets)

        assert list(curves) == ["density", "dropout variance", "both"]
        assert 0.5 < max(curves["density"].area, curves["dropout variance"].area) < curves["both"].area < 1

    def test_suspects_low_density_and_high_variance(self, sets: tuple[list[Scores], Scores]) -> None:
        asked = Scores(np.array([0.0, -2.0, 0.0, -2.0]), np.array([0.0, 0.0, 2.0, 2.0]))
        usual, thin, varied, strange = Detector(*sets).suspicion(asked)

        assert usual < min(thin, varied)
        assert strange > max(thin, varied)


class TestPictures:
    def test_every_axis_says_what_it_shows(self) -> None:
        scores = Scores(np.array([-1.0, -2.0]), np.array([0.0, 0.1]))
        curves = {"density": curve(np.array([False, True]), np.array([0.0, 1.0]))}
        figures = [
            show_scores({"one": scores, "another": scores}),
            show_roc({"a title": curves, "another": curves}),
            show_sweep([0, 5], {"density": [0.9, 0.4], "both": [0.9, 0.6]}, [1.5, 2.5]),
        ]

        for figure in figures:
            assert all(ax.get_xlabel() for ax in figure.axes)
            assert figure.axes[0].get_ylabel()

    def test_each_row_and_column_of_digits_has_its_name(self) -> None:
        rows = {"unchanged": np.zeros((4, 784)), "plain attack": np.ones((4, 784))}
        columns = ["as 3", "as 1", "as 8", "as 2"]
        (ax,) = show_rows(rows, columns).axes

        assert [text.get_text() for text in ax.texts] == [*rows, *columns]
