"""Random points to compare formulas at: vectors, a target, samples, and the true gradients of equations (2) and (3).

The gradients are slopes of the two costs as the handout gives them, taken by a complex step: no formula is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

__all__ = ["Point", "points", "sigma"]

# Words, dimensions, samples. All three differ or agree in turn, samples repeat in each, and in three of them all output
# vectors and the center vector are independent, so that it can be told which vector a formula has wrong.
SIZES = ((5, 4, 4), (6, 9, 3), (5, 8, 7), (7, 7, 5), (4, 11, 6))
# At each size there is a point where all words differ; here are those where some are the same: size, and which letter
# means which other's word. The center word may stand in its own context and be drawn, and only there y_c matters.
SAME_WORDS: dict[str, list[tuple[int, dict[str, str]]]] = {
    "w": [*((size, {"w": "o"}) for size in range(5)), (0, {"c": "o"}), (1, {"c": "w"}), (2, {"w": "o", "c": "o"})],
    "k": [(0, {"c": "o"}), (1, {"c": "k"}), (2, {"c": "drawn twice"})],
}
LARGEST_SCORE = 2.5  # |u . v|: no probability is so small that its part of a formula would be lost in rounding
STEP = 1e-30  # complex, so that nothing is subtracted: the slopes are right to the last digits


def sigma(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


@dataclass(frozen=True, eq=False)
class Point:
    """Values for everything that a formula may name.

    Attributes:
        cost: "softmax" for equation (2), "negative sampling" for equation (3).
        outputs: Output vectors u, one a row. Shape (V, D), float64.
        inputs: Vectors v, one a row. Shape (V, D), float64.
        words: Numbers of the words o, c, and of w or k where the question has one.
        samples: Numbers of the K sampled words; never o, some repeat.
    """

    cost: str
    outputs: np.ndarray
    inputs: np.ndarray
    words: Mapping[str, int]
    samples: tuple[int, ...]
    _slopes: dict[tuple[str, str], np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def center(self) -> np.ndarray:
        """Return v_c, shape (D,)."""
        return self.inputs[self.words["c"]]

    @property
    def probabilities(self) -> np.ndarray:
        """Return yhat, equation (1), shape (V,)."""
        exponentials = np.exp(self.outputs @ self.center)
        return exponentials / exponentials.sum()

    @property
    def labels(self) -> np.ndarray:
        """Return y, shape (V,)."""
        return np.eye(len(self.outputs))[self.words["o"]]

    def gradient(self, variable: str, cost: str = "") -> np.ndarray:
        """Return the gradient of a cost, by default of the point's own, for "v_c", "u_o", "u_w" or "u_k", shape (D,).

        "U" means all output vectors, shape (V, D).
        """
        cost = cost or self.cost
        if (variable, cost) not in self._slopes:
            if variable == "U":
                rows = [self._slope(cost, word) for word in range(len(self.outputs))]
                self._slopes[variable, cost] = np.array(rows)
            else:
                word = None if variable == "v_c" else self.words[variable[-1]]
                self._slopes[variable, cost] = self._slope(cost, word)
        return self._slopes[variable, cost]

    def _slope(self, cost: str, word: int | None) -> np.ndarray:
        """Return the slope of the cost along each axis of u of a word, or of v_c if the word is None."""
        slopes = np.empty(len(self.center))
        for axis in range(len(slopes)):
            outputs, center = self.outputs.astype(complex), self.center.astype(complex)
            (center if word is None else outputs[word])[axis] += STEP * 1j
            value = self._softmax_cost if cost == "softmax" else self._sampling_cost
            slopes[axis] = value(outputs, center).imag / STEP
        return slopes

    def _softmax_cost(self, outputs: np.ndarray, center: np.ndarray) -> np.complex128:
        """Return equation (2) of the handout."""
        exponentials = np.exp(outputs @ center)
        return -np.sum(self.labels * np.log(exponentials / np.sum(exponentials)))

    def _sampling_cost(self, outputs: np.ndarray, center: np.ndarray) -> np.complex128:
        """Return equation (3) of the handout."""
        target = np.log(sigma(outputs[self.words["o"]] @ center))
        return -target - np.sum(np.log(sigma(-outputs[list(self.samples)] @ center)))


@lru_cache
def points(cost: str, word: str) -> tuple[Point, ...]:
    """Return the points for a question: one for each size, and one for each entry of SAME_WORDS.

    Args:
        cost: "softmax" or "negative sampling".
        word: "w", any word of the vocabulary; "k", a word that was sampled once.
    """
    rng = np.random.default_rng(18739)
    settings: list[tuple[int, dict[str, str]]] = [*((size, {}) for size in range(len(SIZES))), *SAME_WORDS[word]]
    return tuple(_point(rng, SIZES[size], cost, word, same) for size, same in settings)


def _point(rng: np.random.Generator, size: tuple[int, int, int], cost: str, word: str, same: dict[str, str]) -> Point:
    n_words, n_dimensions, n_samples = size
    outputs, inputs = rng.normal(size=(2, n_words, n_dimensions))
    o, c, once, twice, *_ = (int(number) for number in rng.permutation(n_words))
    others = [number for number in range(n_words) if number not in (o, once)]
    samples = [int(number) for number in rng.permutation([once, twice, twice, *rng.choice(others, n_samples - 3)])]
    words = {"o": o, "c": c, word: once, "drawn twice": twice}
    words.update({letter: words[other] for letter, other in same.items()})
    del words["drawn twice"]
    outputs *= min(1.0, LARGEST_SCORE / np.abs(outputs @ inputs[words["c"]]).max())
    return Point(cost, outputs, inputs, words, tuple(samples))
