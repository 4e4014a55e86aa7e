"""A trial of the student's functions before training: which way of stepping serves them, and how fast they are."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .word2vec_steps import DenseSteps, LocalSteps, State, Task

TRIAL_EXAMPLES = 5  # a whole vocabulary costs some milliseconds an example
AGREEMENT = 1e-9  # the two ways differ by rounding only, about 1e-15
TRIAL_SEED = 7  # any; fixed, so that a later trial of the same functions gives the same figures


def timed(function: Callable, seconds: list[float]) -> Callable:
    """Return the function, which then adds to the list how long each call took."""

    def call(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds.append(time.perf_counter() - start)

    return call


@dataclass(frozen=True)
class Pace:
    """How long the student's functions take in one of the two ways.

    Attributes:
        example_s: Median time of a call of skipgram, with the calls of the cost function in it.
        cost_s: Median time of a call of the cost function.
        cost_calls: Calls of the cost function for each call of skipgram.
    """

    example_s: float
    cost_s: float
    cost_calls: float


@dataclass(frozen=True)
class Trial:
    """What the student's functions did with a few examples.

    Attributes:
        figures: What they computed, in a few numbers: equal if the functions do the same. Shape (4,), float64.
        reason: Why the local way cannot serve them; empty if it can.
        dense: Their pace in the whole vocabulary.
        local: Their pace in each example's own.
    """

    figures: np.ndarray
    reason: str
    dense: Pace
    local: Pace | None


def try_functions(task: Task) -> Trial:
    """Give both ways the same few examples, on random vectors, and compare what comes out.

    Raises whatever the student's functions raise in the whole vocabulary: that is theirs to see.
    """
    settings = replace(task.settings, batch=TRIAL_EXAMPLES)
    rng = np.random.default_rng(TRIAL_SEED)
    start, weights = rng.normal(scale=0.5, size=(2, 2, len(task.dataset.words), settings.dimensions))
    outcomes, paces, reason = [], [], ""
    for steps_of in (DenseSteps, LocalSteps):
        state = State(start[0].copy(), start[1].copy(), [])
        example_s, cost_s = list[float](), list[float]()
        skipgram, cost = timed(task.skipgram, example_s), timed(task.cost, cost_s)
        steps = steps_of(Task(skipgram, cost, task.dataset, settings, TRIAL_SEED), state)
        loss = steps.step(1.0)
        if loss is None:
            reason = steps.reason
            break
        change = np.stack([state.inputs, state.outputs]) - start
        outcomes.append(np.append(change.ravel(), loss))
        median_cost_s = statistics.median(cost_s) if cost_s else 0.0
        paces.append(Pace(statistics.median(example_s), median_cost_s, len(cost_s) / len(example_s)))
    if len(outcomes) == 2 and not np.allclose(outcomes[0], outcomes[1], rtol=AGREEMENT, atol=AGREEMENT):
        reason = "their result depends on more than the words of the example"
    change, loss = outcomes[0][:-1].reshape(start.shape), outcomes[0][-1]
    figures = np.array([loss, *np.einsum("avd,avd->a", change, weights), abs(change).sum()])
    return Trial(figures, reason, paces[0], paces[1] if len(paces) == 2 else None)
