"""softmaxCostAndGradient(predicted, target, outputVectors, dataset): cost, gradPred (D,), grad (V, D)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.checking import Student, item

from . import derived, readings, reference, word2vec
from .readings import Judged, Reading
from .word2vec import COST, GRAD, GRAD_CENTER, Pair

FUNCTION = "softmaxCostAndGradient"
WORDS = 6
# Of the call that differences do not survive. Double loops in Python take 0.25 s, a twentieth of the limit of a call;
# the cost alone takes 0.09 ms in NumPy, so that one-sided differences take 27 s and central ones twice as long.
MANY_WORDS, LONG = 8000, 40


@item("softmaxCostAndGradient", weight=2)
def test_softmax_cost(student: Student, rng: np.random.Generator) -> None:
    """The cost is the cross-entropy of the target word under softmax, in nats."""
    _judged(student, rng).assert_right(COST)


@item("softmaxCostAndGradient", weight=2)
def test_softmax_gradient_of_the_center_word(
    student: Student, rng: np.random.Generator, note: Callable[[str], None]
) -> None:  # fmt: skip
    """`gradPred` is the gradient of the cost with respect to the center word's vector, shape (D,)."""
    assert_gradient(student, rng, GRAD_CENTER)
    note(word2vec.other_shape(_judged(student, rng).answers[-1], WORDS + 3))


@item("softmaxCostAndGradient", weight=2)
def test_softmax_gradient_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """Each row of `grad` is the gradient of the cost with respect to that word's output vector."""
    assert_gradient(student, rng, GRAD)


@item("softmaxCostAndGradient", weight=1)
def test_softmax_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The function does not change its arguments: the vectors are the same after the call."""
    reading, pair = _judged(student, rng).for_habits(), word2vec.pair(rng, WORDS, 4)

    answer, after = student.call_keeping(FUNCTION, pair.center, pair.target, pair.outputs, None)

    readings.assert_unchanged(after, pair.vectors, answer, reading.want(pair))


def assert_gradient(student: Student, rng: np.random.Generator, part: int) -> None:
    """Fail the check unless a gradient is right and computed from a formula."""
    judged = _judged(student, rng)
    judged.assert_right(part)
    wrong = student.once(f"formula of {FUNCTION}", lambda: _examined(student, rng, judged))
    assert part not in wrong, wrong[part]


def _judged(student: Student, rng: np.random.Generator) -> Judged:
    """Return the answers of the function for plain pairs: the same for all checks."""
    return student.once(f"answers of {FUNCTION}", lambda: _ask(student, rng))


def _ask(student: Student, rng: np.random.Generator) -> Judged:
    pairs = word2vec.pairs(rng, WORDS)
    examples = [(pair,) for pair in [*pairs, pairs[0]]]
    answers = _call(student, [*pairs, pairs[0]])
    return readings.judge(RIGHT, examples, answers, slips=_slip, describe=lambda pair: pair.described, known=SLIPS)


def _examined(student: Student, rng: np.random.Generator, judged: Judged) -> dict[int, str]:
    reading = judged.reading or RIGHT
    plain, make_large = word2vec.pair(rng, WORDS, 4), partial(word2vec.pair, rng, MANY_WORDS, LONG)
    wrong = derived.examine(
        lambda pairs: _call(student, pairs), reading.want, plain, make_large, judged.right_gradients
    )
    student.start()  # what `once` keeps is forgotten when a process is replaced
    return wrong


def _call(student: Student, pairs: Sequence[Pair]) -> list[Any]:
    return student.call_each(FUNCTION, [[*pair.parts, word2vec.dataset([], range(WORDS))] for pair in pairs])


def _slip(answers: Sequence[Any], examples: Sequence[Any]) -> Reading | None:
    """Return the reading that explains wrong answers by one slip: a known one, a sign or a factor in all values."""
    known = readings.first_fitting(SLIPS, answers, examples)
    return known or readings.scaled(RIGHT, answers, examples, frozenset({COST}))


def _of_errors(pair: Pair, cost: float, errors: np.ndarray) -> reference.CostAndGradients:
    """Return the gradients that follow from the slope of the cost at each score."""
    return cost, errors @ pair.outputs, np.outer(errors, pair.center)


def _without_target(pair: Pair) -> reference.CostAndGradients:
    cost, scores = RIGHT.want(pair)[0], pair.outputs @ pair.center
    return _of_errors(pair, cost, np.exp(scores - np.logaddexp.reduce(scores)))


def _target_added(pair: Pair) -> reference.CostAndGradients:
    cost, center, grad = _without_target(pair)
    grad[pair.target] += pair.center
    return cost, center + pair.outputs[pair.target], grad


def _every_word_certain(pair: Pair) -> reference.CostAndGradients:
    errors = np.ones(len(pair.outputs))
    errors[pair.target] = 0.0
    return _of_errors(pair, 0.0, errors)


def _sigmoid(pair: Pair) -> reference.CostAndGradients:
    scores = pair.outputs @ pair.center
    errors = reference.sigmoid(scores)
    errors[pair.target] -= 1.0
    return _of_errors(pair, float(reference.softplus(-scores[pair.target])), errors)


RIGHT = Reading(lambda pair: reference.softmax_cost_and_gradients(*pair.parts))
# What each slip costs: as much as a teacher takes off for one misunderstanding in code that is right otherwise.
SLIPS = (
    readings.exchanged(RIGHT),
    Reading(lambda pair: RIGHT.want(Pair(pair.center, pair.target - 1, pair.outputs)),
            "the word before the target is used as the target", frozenset({COST})),
    Reading(_without_target, "the gradients do not depend on the target word", frozenset({GRAD_CENTER, GRAD})),
    Reading(_target_added, "the target's part of the gradients has the wrong sign", frozenset({GRAD_CENTER})),
    Reading(_every_word_certain, "every word gets probability 1: the softmax runs along the wrong axis",
            frozenset({COST, GRAD_CENTER})),
    Reading(_sigmoid, "sigmoid is used instead of softmax", frozenset({COST, GRAD_CENTER, GRAD})),
)  # fmt: skip
