"""Parts of the detection lab: features of training points, noise of a given size, and ROC curves of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .digits import CLASSES, Digits
from .networks import Classifier

HALVINGS = 40  # of the range in which the scale of the noise lies; float32 holds no finer steps
PART = 5000  # images at once; their features and those between take 20 MB


@dataclass(frozen=True)
class TrainingPoints:
    """Features of training images, the same number for each predicted class.

    Attributes:
        features: What the last hidden layer gives. Shape (N, H), float32.
        labels: The class that the network predicts. Shape (N,), int64.
    """

    features: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Scores:
    """The two scores of each image of a set.

    Attributes:
        density: Logarithm of the kernel density of the predicted class around the image. Shape (n,).
        uncertainty: How much the prediction varies from one dropout mask to another. Shape (n,).
    """

    density: np.ndarray
    uncertainty: np.ndarray

    def __getitem__(self, chosen: slice | np.ndarray) -> "Scores":
        """Return the scores of some of the images."""
        return Scores(self.density[chosen], self.uncertainty[chosen])


def training_points(network: Classifier, digits: Digits, per_class: int, seed: int) -> TrainingPoints:
    """Return the features of training images drawn at random, `per_class` of each predicted class.

    A class with fewer images sets the number for all, so that no class is denser only because it has more points.
    """
    rng = np.random.default_rng(seed)
    starts = range(0, len(digits.train_images), PART)
    features = np.concatenate([network.features(digits.train_images[at : at + PART]) for at in starts])
    predicted = network.predict(digits.train_images)
    members = [np.flatnonzero(predicted == label) for label in range(CLASSES)]
    count = min(per_class, *map(len, members))
    chosen = np.concatenate([rng.choice(places, count, replace=False) for places in members])
    return TrainingPoints(features[chosen], predicted[chosen].astype(np.int64))


def nearest_distances(points: TrainingPoints) -> np.ndarray:
    """Return the distance of each point to the nearest other point of its class. Shape (N,), float64."""
    nearest = np.empty(len(points.labels))
    for label in np.unique(points.labels):
        mine = np.flatnonzero(points.labels == label)
        own = points.features[mine].astype(np.float64)
        lengths = (own**2).sum(axis=1)
        squared = lengths[:, None] + lengths - 2 * own @ own.T
        np.fill_diagonal(squared, np.inf)
        nearest[mine] = np.sqrt(np.maximum(squared.min(axis=1), 0))
    return nearest


def with_noise(images: np.ndarray, distances: np.ndarray, seed: int) -> np.ndarray:
    """Return the images with normal noise, cut to [0, 1], so that each is changed by the given L2 distance.

    Cutting makes noise smaller, so the scale of the noise of each image is searched by halving a range.

    Args:
        images: Shape (n, 784), float32 in [0, 1].
        distances: Size of the change of each image. Shape (n,).
        seed: Of the noise.
    """
    noise = np.random.default_rng(seed).normal(size=images.shape).astype(np.float32)
    low, high = np.zeros(len(images)), np.full(len(images), 1.0)
    changed = images
    while (too_small := np.linalg.norm(_noisy(images, noise, high) - images, axis=1) < distances).any():
        high[too_small] *= 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        changed = _noisy(images, noise, middle)
        is_large = np.linalg.norm(changed - images, axis=1) > distances
        low, high = np.where(is_large, low, middle), np.where(is_large, middle, high)
    return changed


def _noisy(images: np.ndarray, noise: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.clip(images + scale[:, None].astype(np.float32) * noise, 0, 1)


class Detector:
    """Tells adversarial images from others by both scores together: logistic regression."""

    def __init__(self, others: Sequence[Scores], adversarial: Scores) -> None:
        """Learn from images of both kinds.

        Args:
            others: Scores of sets of images that are not adversarial: unchanged ones, noisy ones.
            adversarial: Scores of adversarial images.
        """
        table = np.concatenate([*map(_table, others), _table(adversarial)])
        self._model = make_pipeline(StandardScaler(), LogisticRegression())
        self._model.fit(table, _is_adversarial(others, adversarial))

    def suspicion(self, scores: Scores) -> np.ndarray:
        """Return the log-odds that an image is adversarial. Shape (n,)."""
        return self._model.decision_function(_table(scores))

    def curves(self, others: Sequence[Scores], adversarial: Scores) -> Mapping[str, "Curve"]:
        """Return how well each score alone, and both together, tell adversarial images from others."""
        sets, truth = [*others, adversarial], _is_adversarial(others, adversarial)
        suspicions = {
            "density": np.concatenate([-scores.density for scores in sets]),  # low is suspicious
            "dropout variance": np.concatenate([scores.uncertainty for scores in sets]),
            "both": np.concatenate([self.suspicion(scores) for scores in sets]),
        }
        return {name: curve(truth, values) for name, values in suspicions.items()}


@dataclass(frozen=True)
class Curve:
    """A receiver operating characteristic (ROC).

    Attributes:
        false_alarms: Share of the other images that a threshold calls adversarial, rising. Shape (m,).
        caught: Share of the adversarial images that the same threshold catches. Shape (m,).
        area: Area under the curve (AUC): the share of pairs, one of each kind, in which the adversarial image is the
            more suspicious one; a pair of equals counts half.
    """

    false_alarms: np.ndarray
    caught: np.ndarray
    area: float


def curve(truth: np.ndarray, suspicion: np.ndarray) -> Curve:
    """Return the ROC of a score that is high for what is true. Both of shape (n,)."""
    false_alarms, caught, _ = roc_curve(truth, suspicion)
    return Curve(false_alarms, caught, float(roc_auc_score(truth, suspicion)))


def _table(scores: Scores) -> np.ndarray:
    return np.stack([scores.density, scores.uncertainty], axis=1)


def _is_adversarial(others: Sequence[Scores], adversarial: Scores) -> np.ndarray:
    return np.repeat([False, True], [sum(len(scores.density) for scores in others), len(adversarial.density)])
