"""Compare a gradient with the slopes of the function it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

STEP = 1e-4  # central differences are off by about STEP**2 here, and by rounding of about 1e-16 / STEP
TOLERANCE = 1e-5  # relative to the larger of the two slopes and 1; right gradients differ by 1e-8, wrong ones by 1e-2


@dataclass(frozen=True)
class GradientCheck:
    """What gradcheck_naive found: true if the gradient is right, and prints as a sentence.

    Attributes:
        passed: Whether every entry agrees with its slope.
        sentence: Which entry is furthest off, and its value.
    """

    passed: bool
    sentence: str

    def __bool__(self) -> bool:
        """Return whether the gradient is right."""
        return self.passed

    def __repr__(self) -> str:
        """Return the sentence."""
        return self.sentence


def gradcheck_naive(f: Callable[[np.ndarray], tuple[Any, Any]], x: np.ndarray) -> GradientCheck:
    """Compare the gradient that f returns with numerical slopes of its cost.

    slope at i = (f(x + h e_i) - f(x - h e_i)) / 2h, with h = 1e-4

    The slopes come from the same f, so this does not check the cost: a gradient that fits a wrong cost passes.

    Args:
        f: Takes an array like x, returns the cost (a number) and the gradient (of the shape of x). Where it draws
            random numbers it has to draw the same ones at every call.
        x: Where to check. Any shape, float64, np.matrix too; it is unchanged afterwards.
    """
    x = np.array(x, dtype=np.float64, subok=True)  # a matrix stays one
    gradient = np.asarray(f(x.copy())[1], dtype=np.float64)
    if np.squeeze(gradient).shape == np.squeeze(np.asarray(x)).shape:
        gradient = gradient.reshape(x.shape)  # a row or a column for a vector
    if gradient.shape != x.shape:
        return GradientCheck(False, f"a gradient of shape {gradient.shape} for an array of shape {x.shape}")
    slopes = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        costs = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved[place] += step
            costs.append(float(np.asarray(f(moved)[0]).item()))
        slopes[place] = (costs[0] - costs[1]) / (2 * STEP)
    scale = np.maximum(1.0, np.maximum(abs(gradient), abs(slopes)))
    errors = np.nan_to_num(abs(gradient - slopes) / scale, nan=np.inf)
    worst = tuple(int(i) for i in np.unravel_index(errors.argmax(), x.shape))
    if errors[worst] <= TOLERANCE:
        return GradientCheck(True, f"all {x.size} entries agree with the slope of the cost")
    wrong = int((errors > TOLERANCE).sum())
    where = "".join(f"[{i}]" for i in worst)
    return GradientCheck(
        False,
        f"{wrong} of {x.size} entries differ from the slope of the cost,"
        f" most at {where}: {gradient[worst]:.5f}, where the slope is {slopes[worst]:.5f}",
    )
