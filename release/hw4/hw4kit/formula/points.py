"""Points to compare formulas at: vectors, a target, samples, and the gradients of equations (2) and (3) there.

The values are in points.json. They were computed on the instructor's side for these points alone: nothing here
computes a gradient or a cost.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("points.json")


def sigma(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


@dataclass(frozen=True, eq=False)
class Point:
    """Values for everything that a formula may name.

    Attributes:
        cost: "softmax" for equation (2), "negative sampling" for equation (3).
        outputs: Output vectors u, one per row. Shape (V, D), float64.
        inputs: Vectors v, one per row. Shape (V, D), float64.
        words: Indices of the words o, c, and of w or k where the question has one.
        samples: Indices of the K sampled words; never o, some repeat.
        draws: How often k is drawn, the m of the sheet, if a formula asks for it.
        gradients: By cost, its gradients with respect to "v_c", shape (D,), and to "U", shape (V, D).
    """

    cost: str
    outputs: np.ndarray
    inputs: np.ndarray
    words: Mapping[str, int]
    samples: tuple[int, ...]
    draws: int = 1
    gradients: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict, repr=False)

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
        """Return the stored gradient of a cost, by default of the point's own, for "v_c", "u_o", "u_w" or "u_k".

        Shape (D,). "U" means all output vectors, shape (V, D). Raises KeyError for a point that has none stored.
        """
        stored = self.gradients[cost or self.cost]
        if variable in stored:
            return stored[variable]
        return stored["U"][self.words[variable[-1]]] * (self.draws if variable == "u_k" else 1)


@lru_cache
def points(cost: str, word: str) -> tuple[Point, ...]:
    """Return the points for a question.

    Args:
        cost: "softmax" or "negative sampling".
        word: "w", any word of the vocabulary; "k", a word that was sampled once.
    """
    return tuple(_point(cost, entry) for entry in _stored()[f"{cost}, {word}"])


@lru_cache
def _stored() -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def _point(cost: str, entry: dict) -> Point:
    gradients = {
        name: {variable: np.array(values) for variable, values in stored.items()}
        for name, stored in entry["gradients"].items()
    }
    outputs, inputs = np.array(entry["outputs"]), np.array(entry["inputs"])
    return Point(cost, outputs, inputs, entry["words"], tuple(entry["samples"]), gradients=gradients)
