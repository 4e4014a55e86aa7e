"""The values of right code for the words that a dataset returns, and those of code with one of the known slips."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checking import close, numbers

from . import readings, reference, word2vec
from .readings import Example, Reading
from .word2vec import COST, GRAD, GRAD_CENTER, Pair

DEFAULT_K = 10
REPEATS, COUNT, TARGET = "repeated words", "the number of words", "the target"  # what checks look at besides the values
MOST_WORDS = 30  # that are tried as the number of words that were drawn
LATEST_START = 40  # that is tried as the number of words drawn, and not used, before those that are

Model = Callable[[Pair, Sequence[int]], reference.CostAndGradients]


def right(pair: Pair, negatives: Sequence[int]) -> reference.CostAndGradients:
    """Return what is right."""
    return reference.negative_sampling_cost_and_gradients(*pair.parts, negatives)


def softmax_instead(pair: Pair, negatives: Sequence[int]) -> reference.CostAndGradients:
    """Return the values of code that uses the softmax over target and drawn words instead of sigmoids."""
    rows = [pair.target, *negatives]
    scores = pair.outputs[rows] @ pair.center
    errors = np.exp(scores - np.logaddexp.reduce(scores))
    cost = -np.log(errors[0]) - np.log1p(-errors[1:]).sum()
    errors[0] -= 1.0
    slopes = np.bincount(rows, errors, minlength=len(pair.outputs))
    return float(cost), slopes @ pair.outputs, np.outer(slopes, pair.center)


def all_as_targets(pair: Pair, negatives: Sequence[int]) -> reference.CostAndGradients:
    """Return the values of code that gives the drawn words the sign of the target."""
    terms = (right(Pair(pair.center, word, pair.outputs), []) for word in (pair.target, *negatives))
    costs, centers, grads = zip(*terms, strict=True)
    return float(sum(costs)), np.sum(centers, axis=0), np.sum(grads, axis=0)


def _weighted(pair: Pair, negatives: Sequence[int], target: float, drawn: float) -> reference.CostAndGradients:
    """Return the values when the target's term and those of the drawn words are multiplied with numbers."""
    alone, everything = right(pair, []), right(pair, negatives)
    cost, center, grad = ((target - drawn) * alone[part] + drawn * everything[part] for part in word2vec.PARTS)
    return float(cost), np.asarray(center), np.asarray(grad)


POSITIONS = "a position in the list of drawn words is used as the index of the word"
# What code with each slip returns, and what the slip costs: as much as a teacher takes off for one misunderstanding in
# code that is right otherwise.
SLIPS: tuple[tuple[Model, str, tuple[int | str, ...]], ...] = (
    (lambda pair, words: right(pair, [pair.target, *words]),
     "the target is counted as one more drawn word", (COST, GRAD_CENTER, TARGET)),
    (lambda pair, words: right(pair, [pair.target, *words[:-1]]),
     "the target is counted as one of the K drawn words", (COST, GRAD_CENTER, TARGET)),
    (lambda pair, words: _weighted(pair, words, 1.0, 1.0 / max(1, len(words))),
     "the terms of the drawn words are divided by K", (COST, GRAD_CENTER)),
    (all_as_targets, "the terms of the drawn words have the target's sign inside the sigmoid", (COST, GRAD_CENTER)),
    (lambda pair, words: _weighted(pair, words, 1.0, -1.0),
     "the terms of the drawn words are subtracted instead of added", (COST, GRAD_CENTER)),
    (lambda pair, words: _weighted(pair, words, -1.0, 1.0),
     "the term of the target is subtracted instead of added", (COST, GRAD_CENTER)),
    (softmax_instead, "softmax is used instead of sigmoid", (COST, GRAD_CENTER, GRAD, REPEATS)),
    (lambda pair, words: _weighted(pair, words, 0.0, 1.0),
     "the term of the target is missing", (COST, GRAD_CENTER, GRAD)),
    (lambda pair, words: right(pair, range(len(words))), POSITIONS, (GRAD, REPEATS)),
    (lambda pair, words: right(pair, range(1, len(words) + 1)), POSITIONS, (GRAD, REPEATS)),  # after the target
)  # fmt: skip


def slip(answers: Sequence[Any], examples: Sequence[Example]) -> Reading | None:
    """Return the reading that explains wrong answers by other words or by one slip, None when there is none."""
    known = readings.first_fitting(list(_known()), answers, examples)
    return known or readings.scaled(RIGHT, answers, examples, frozenset({COST, GRAD_CENTER}))


def words_used(answer: Any, reading: Reading, pair: Pair, words: Sequence[int], expected: int) -> int | None:
    """Return how many words an answer rests on, judged by whichever of its values is right; None if none is."""
    for count in dict.fromkeys([expected, *range(MOST_WORDS + 1)]):
        for skip in {reading.skip, count} if reading.skip else {0}:  # who draws twice skips as many as are drawn
            shifted = [0] * max(0, reading.skip - skip) + list(words)[max(0, skip - reading.skip) :]
            if word2vec.right_parts(answer, reading.want(pair, shifted, count)):
                return count
    return None


def _known() -> Iterator[Reading]:
    yield from NAMED
    for skip in range(1, LATEST_START + 1):
        yield Reading(_want(right, skip), skip=skip)
    for count in range(MOST_WORDS + 1):
        sentence = f"called without K, your function used {count} words; the default is {DEFAULT_K}"
        yield Reading(_want(right, 0, count), sentence, frozenset({COUNT}))


def _want(model: Model, skip: int = 0, default: int = DEFAULT_K) -> Callable[..., reference.CostAndGradients]:
    """Return the function that gives the values for a pair, what the dataset yields, and K if it is given."""

    def want(pair: Pair, words: Sequence[int], count: int = default) -> reference.CostAndGradients:
        return model(pair, list(words)[skip : skip + count])

    return want


RIGHT = Reading(_want(right))


def _drawn_twice(pair: Pair, words: Sequence[int], count: int = DEFAULT_K) -> reference.CostAndGradients:
    _, center, grad = right(pair, words[count : 2 * count])
    return float(right(pair, words[:count])[COST]), center, grad


NAMED = (
    Reading(_drawn_twice, "the gradients use newly drawn words, not the words of the cost",
            frozenset({GRAD_CENTER, REPEATS})),
    readings.exchanged(RIGHT),
    *(Reading(_want(model), text, frozenset(costs), draws=text != POSITIONS) for model, text, costs in SLIPS),
)  # fmt: skip
# Words from another source are none that can be known: pairs for this reading have equal rows for all words.
OWN_WORDS = Reading(
    _want(right),
    "the words that your function uses do not come from the dataset",
    frozenset({REPEATS, COUNT, TARGET}),
    draws=False,
)


def alike(pair: Pair) -> Pair:
    """Return a pair in which all words have one output vector, so that it does not matter which of them are drawn."""
    return Pair(pair.center, pair.target, np.tile(pair.outputs[pair.target], (len(pair.outputs), 1)))


def as_if_drawn(answer: Any, pair: Pair, want: reference.CostAndGradients) -> Any:
    """Return an answer for an alike pair with the `grad` of `want`, if its own is that of as many other words.

    So is one that counts each word once, because what repeats is lost: that costs points elsewhere.
    """
    is_answer = isinstance(answer, (tuple, list)) and len(answer) == len(word2vec.PARTS)
    grad = numbers(answer[GRAD]) if is_answer else None
    if grad is None or grad.shape != pair.outputs.shape:
        return answer
    drawn = grad - right(pair, [])[GRAD]
    one = reference.sigmoid(pair.outputs[0] @ pair.center) * pair.center
    with np.errstate(all="ignore"):
        times = np.round(drawn @ (one / np.max(np.abs(one))) / (one @ (one / np.max(np.abs(one)))))
        fits = close(drawn, np.outer(times, one)) and times.min() >= 0
    counts = times.sum() == DEFAULT_K or (times.max() == 1 and 1 < times.sum() < DEFAULT_K)
    return (*answer[:GRAD], want[GRAD]) if fits and counts else answer
